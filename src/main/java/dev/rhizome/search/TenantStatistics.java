package dev.rhizome.search;

/**
 * What ranking and planning need to know of a tenant.
 *
 * @param documents things in its search index
 * @param meanLength their mean length in terms
 */
record TenantStatistics(long documents, double meanLength) {}
