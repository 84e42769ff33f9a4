package dev.rhizome.preflight;

/**
 * What was looked at.
 *
 * @param postgresql version, as the server names it
 * @param pgvector version of the extension, or {@code none}
 * @param schema newest migration that was applied, or {@code none}
 * @param role that logged in
 */
public record DatabaseFacts(String postgresql, String pgvector, String schema, String role) {}
