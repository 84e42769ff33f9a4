package dev.rhizome.search;

import org.junit.jupiter.api.Nested;

/** All tests on the {@link SharedTable}, in one process, for it takes half a minute to make. */
class SharedTableIntegrationTest {

    @Nested
    class Plans extends SearchPlans {}

    @Nested
    class Tenants extends SkewedTenants {}
}
