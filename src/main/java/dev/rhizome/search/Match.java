package dev.rhizome.search;

/**
 * A document that fits some words.
 *
 * @param id of the document
 * @param score greatest first, comparable within one answer
 */
public record Match(String id, double score) {}
