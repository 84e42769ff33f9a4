package dev.rhizome.fairness;

/** What is counted of a tenant's use of the service. */
public enum Figure {
    /** Requests with a valid token of the tenant's. A bulk request is one. */
    REQUESTS,
    /** Of them, those answered with 429: past one of the tenant's limits, or its share. */
    REFUSED_BY_LIMITS,
    /** Of them, those answered with 503: past everyone's. */
    REFUSED_FOR_CAPACITY,
    /** Of them, those answered with any other 4xx. */
    REFUSED_AS_INVALID,
    /** Of them, those answered with any other 5xx. */
    FAILED,
    /** Things that were not written because a quota is used up, each line of a bulk request by itself. */
    NOT_WRITTEN,
    /** For how long transactions of the tenant's have had connections. */
    DATABASE_NANOS,
    /** Texts that were made vectors of. */
    EMBEDDED_TEXTS
}
