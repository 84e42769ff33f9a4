package dev.rhizome.client;

import org.jspecify.annotations.Nullable;

/**
 * A tenant.
 *
 * @param id a UUID
 * @param slug unique among all tenants
 * @param name for people; null where it has none
 */
public record Tenant(String id, String slug, @Nullable String name) {}
