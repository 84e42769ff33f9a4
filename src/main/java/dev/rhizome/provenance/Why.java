package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of an answer to where something comes from, and what came from it. */
final class Why {

    private Why() {}

    /** A part of the answer: {@link Facts}, then {@link Named} and {@link Derived}, then {@link Done}. */
    sealed interface Step {}

    /**
     * Who did something.
     *
     * @param at when
     * @param actor the key's id, the JWT's subject, or the name of a job
     * @param requestId of the request, null for a job
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Attribution(Instant at, String actor, @Nullable String requestId) {}

    /**
     * What is known of the thing itself.
     *
     * @param id of the entity, null where a relationship is asked for
     * @param relationship null where an entity is asked for
     * @param type of it
     * @param name of the entity
     * @param source as its metadata says
     * @param provider as its metadata says
     * @param created null where that is older than the record
     * @param updated null where it has not been since
     * @param derivedFrom ids of entities, as entries and relationships say
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Facts(
            @Nullable String id,
            @Nullable RelationshipKey relationship,
            String type,
            @Nullable String name,
            @Nullable String source,
            @Nullable String provider,
            @Nullable Attribution created,
            @Nullable Attribution updated,
            List<String> derivedFrom)
            implements Step {}

    /**
     * An entry that names it.
     *
     * @param sequence of the entry
     * @param type of the entry
     * @param id of the entry
     * @param hash of the entry
     * @param writer of the entry
     * @param recordedAt when it was taken
     * @param derivedFrom what it says that it was made from
     */
    record Named(
            long sequence,
            String type,
            String id,
            String hash,
            String writer,
            Instant recordedAt,
            List<String> derivedFrom)
            implements Step {

        static Named of(ChainEntry entry) {
            return new Named(
                    entry.sequence(),
                    entry.type(),
                    entry.id(),
                    entry.hash(),
                    entry.writer(),
                    entry.recordedAt(),
                    entry.derivedFrom());
        }
    }

    /**
     * Something that was derived from it.
     *
     * @param id of the entity, null where it is a relationship
     * @param relationship null where it is an entity
     * @param hops how many derivations lie between
     * @param from what it was derived from
     * @param sequence of the entry that says so, null where a relationship {@code DERIVED_FROM} does
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Derived(
            @Nullable String id,
            @Nullable RelationshipKey relationship,
            int hops,
            String from,
            @Nullable Long sequence) implements Step {

        String identity() {
            RelationshipKey edge = relationship;
            return edge == null ? String.valueOf(id) : edge.joined();
        }
    }

    /** The end: how much was told, and whether a bound kept something back. */
    record Done(int entries, int derived, int hops, boolean complete, boolean truncated, long tookMs) implements Step {}

    /** All of it as one document. */
    record Collected(Facts about, List<Named> entries, List<Derived> derived, Done done) {}
}
