package dev.rhizome.binding;

/**
 * A JSON object within a body that is both understood and kept as it came.
 *
 * @param value what it says
 * @param text compact JSON
 */
public record Document<T>(T value, String text) {}
