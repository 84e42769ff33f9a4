package dev.rhizome.http;

/**
 * One element of a stream.
 *
 * @param name the SSE event, the {@code event} field of an NDJSON line
 * @param data rendered as a JSON object
 */
public record StreamEvent(String name, Object data) {}
