package dev.rhizome.agent.network;

import dev.rhizome.http.JsonFields;

/** Confidence that has a floor: what is less sure is not written at all. */
final class Confidence {

    private Confidence() {}

    /** The field, which must be there. */
    static float read(JsonFields body, String field, double least) {
        if (!body.has(field)) {
            body.fields().reject(field, "missing", "a number from " + least + " to 1");
        }
        Double given = body.number(field, least, 1);
        return given == null ? 1 : given.floatValue();
    }
}
