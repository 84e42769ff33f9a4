package dev.rhizome.graph;

/** An entity as walks show it: its id, type and name. */
public record Node(String id, String type, String name) {}
