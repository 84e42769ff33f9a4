package dev.rhizome.tenancy;

import dev.rhizome.binding.Document;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Decimal;
import dev.rhizome.validation.Name;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Slug;
import dev.rhizome.validation.WholeNumber;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sends to make or change a tenant; null leaves a field as it is.
 *
 * @param slug see {@link Tenant}; a new tenant must have one, and it stays
 * @param name see {@link Tenant}
 * @param isolation see {@link Tenant}
 * @param privacy see {@link Tenant}
 * @param retention see {@link Tenant}
 * @param language see {@link Tenant}; a text search configuration of PostgreSQL 16 and up
 * @param status {@code suspended} refuses its keys until it is {@code active} again; a new tenant is active
 */
public record TenantInput(
        @Nullable @Slug String slug,
        @Nullable @Name String name,
        @Nullable @OneOf({"strict", "shared", "federated"}) String isolation,
        @Nullable Document<Privacy> privacy,
        @Nullable Document<Retention> retention,

        @Nullable
        @OneOf({
            "arabic",
            "armenian",
            "basque",
            "catalan",
            "danish",
            "dutch",
            "english",
            "finnish",
            "french",
            "german",
            "greek",
            "hindi",
            "hungarian",
            "indonesian",
            "irish",
            "italian",
            "lithuanian",
            "nepali",
            "norwegian",
            "portuguese",
            "romanian",
            "russian",
            "serbian",
            "simple",
            "spanish",
            "swedish",
            "tamil",
            "turkish",
            "yiddish"
        })
        String language,

        @Nullable @OneOf({"active", "suspended"}) String status) {

    /**
     * How much of a federated tenant its figures may tell; null is what all have.
     *
     * @param kAnonymity fewest tenants that a figure must be of; the largest of all federated tenants holds
     * @param epsilon what all answers of a quarter of a year may cost, of those it contributes to and of those it asks for
     */
    public record Privacy(
            @Nullable @WholeNumber(min = 2, max = 1_000) Integer kAnonymity,
            @Nullable @Decimal(min = 0.01, max = 10) Double epsilon) {}

    /**
     * What is kept for how long; null is for good.
     *
     * @param events see {@link Events}
     * @param outcomes of agents, one by one; the sums that are made of them stay
     * @param rollups of events, by their hour
     * @param anomalies since they were found
     * @param evaluations of benchmarks, since they were ordered
     * @param knowledge queries with their results, since they were asked
     * @param verifications since they were asked for
     * @param documents since they were changed
     * @param pages of the web, since they were fetched
     * @param traversals since they were begun
     */
    public record Retention(
            @Nullable Events events,
            @Nullable Kept outcomes,
            @Nullable Kept rollups,
            @Nullable Kept anomalies,
            @Nullable Kept evaluations,
            @Nullable Kept knowledge,
            @Nullable Kept verifications,
            @Nullable Kept documents,
            @Nullable Kept pages,
            @Nullable Kept traversals) {}

    /**
     * How long something is kept.
     *
     * @param days after which it goes
     */
    public record Kept(
            @WholeNumber(min = 1, max = Events.MOST_DAYS) int days) {}

    /**
     * How long events are kept.
     *
     * @param days null where they are retained for good
     * @param policy what becomes of them then
     */
    public record Events(
            @Nullable @WholeNumber(min = 1, max = MOST_DAYS) Integer days,
            @OneOf({"delete", "archive", "retain"}) String policy)
            implements SelfChecked {

        private static final int MOST_DAYS = 36_500;

        @Override
        public void check(Faults faults) {
            if (days == null && !"retain".equals(policy)) {
                faults.reject("days", "missing", "a whole number from 1 to " + MOST_DAYS);
            }
        }
    }

    /** A change of the state alone. */
    public static TenantInput ofStatus(String status) {
        return new TenantInput(null, null, null, null, null, null, status);
    }

    /**
     * This as a new tenant.
     *
     * @throws InvalidRequest where the slug is missing, or it has a status
     */
    TenantInput forNew() {
        if (slug == null) {
            throw InvalidRequest.of("slug", "missing", "1 to 63 of a-z 0-9 and -, not at an end");
        }
        if (slug.equals("own")) {
            throw InvalidRequest.of("slug", slug, "another slug: in a search, own is the tenant that asks");
        }
        if (status != null) {
            throw InvalidRequest.of("status", status, "no status: a new tenant is active");
        }
        return this;
    }

    /**
     * This as a change of a tenant.
     *
     * @throws InvalidRequest where it has a slug
     */
    TenantInput forExisting() {
        if (slug != null) {
            throw InvalidRequest.of("slug", slug, "no slug: a tenant's slug cannot be changed");
        }
        return this;
    }

    /** The privacy as it came. */
    @Nullable
    String privacyText() {
        return Document.textOf(privacy);
    }

    /** The retention as it came. */
    @Nullable
    String retentionText() {
        return Document.textOf(retention);
    }
}
