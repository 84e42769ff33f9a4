package dev.rhizome.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.rhizome.paging.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * An entry as readers get it: without the salt of its payload.
 *
 * @param entry with its place in the chain
 * @param subject id of the person or thing that it is about
 * @param description for people
 * @param metadata a JSON object
 * @param erased whether its payload was erased
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EntryView(
        @JsonUnwrapped ChainEntry entry,
        @Nullable String subject,
        @Nullable String description,
        @Nullable @JsonRawValue String metadata,
        boolean erased) {

    static EntryView of(StoredEntry stored) {
        Payload payload = stored.payload();
        return new EntryView(
                stored.entry(),
                payload == null ? null : payload.subject(),
                payload == null ? null : payload.description(),
                payload == null ? null : payload.metadata(),
                stored.lacksPayload());
    }

    Cursor cursor() {
        return Cursor.of(String.valueOf(entry.sequence()));
    }
}
