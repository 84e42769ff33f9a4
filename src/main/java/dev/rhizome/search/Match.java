package dev.rhizome.search;

/**
 * A thing that fits some words.
 *
 * @param id of the thing
 * @param score greatest first, comparable within one answer
 */
public record Match(String id, double score) {}
