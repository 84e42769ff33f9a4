package dev.rhizome.tenancy;

import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sends to make or change a tenant; null leaves a field as it is.
 *
 * @param slug see {@link Tenant}
 * @param name see {@link Tenant}
 * @param isolation see {@link Tenant}
 * @param privacy see {@link Tenant}
 * @param retention see {@link Tenant}
 * @param language see {@link Tenant}
 */
public record TenantInput(
        @Nullable String slug,
        @Nullable String name,
        @Nullable String isolation,
        @Nullable String privacy,
        @Nullable String retention,
        @Nullable String language) {

    private static final Pattern SLUG = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
    private static final Map<String, String> ISOLATIONS =
            Stream.of("strict", "shared", "federated").collect(Collectors.toMap(Function.identity(), i -> i));
    /** The text search configurations of PostgreSQL 16 and up. */
    private static final Map<String, String> LANGUAGES = Stream.of(
                    "arabic armenian basque catalan danish dutch english finnish french german greek hindi hungarian",
                    "indonesian irish italian lithuanian nepali norwegian portuguese romanian russian serbian simple",
                    "spanish swedish tamil turkish yiddish")
            .flatMap(line -> Stream.of(line.split(" ", -1)))
            .collect(Collectors.toMap(Function.identity(), i -> i));

    private static final int LONGEST_NAME = 500;
    private static final int MOST_DAYS = 36_500;
    private static final Map<String, String> POLICIES =
            Stream.of("delete", "archive", "retain").collect(Collectors.toMap(Function.identity(), p -> p));

    private static final Set<String> CHANGEABLE = Set.of("name", "isolation", "privacy", "retention", "language");

    /** Reads a new tenant; its slug must be there, its name defaults to it. */
    static TenantInput forNew(byte[] json) {
        JsonFields body = JsonFields.parse(
                json, Stream.concat(CHANGEABLE.stream(), Stream.of("slug")).collect(Collectors.toSet()));
        String slug = slug(body.fields(), body.requiredText("slug"));
        return read(body, slug);
    }

    /** Reads a change; the slug stays. */
    static TenantInput forExisting(byte[] json) {
        return read(JsonFields.parse(json, CHANGEABLE), null);
    }

    private static TenantInput read(JsonFields body, @Nullable String slug) {
        String name = body.text("name");
        if (name != null) {
            name = body.fields().text("name", name, 1, LONGEST_NAME);
        }
        String isolation = body.text("isolation");
        if (isolation != null) {
            isolation = body.fields().word("isolation", isolation, ISOLATIONS);
        }
        String language = body.text("language");
        if (language != null) {
            language = body.fields().word("language", language, LANGUAGES);
        }
        TenantInput input = new TenantInput(slug, name, isolation, body.object("privacy"), retention(body), language);
        body.finish();
        return input;
    }

    /** What is kept for how many days, and what becomes of it then. */
    private static @Nullable String retention(JsonFields body) {
        JsonFields kept = body.child("retention", Set.of("events"));
        JsonFields events = kept == null ? null : kept.child("events", Set.of("days", "policy"));
        if (events != null) {
            String policy = events.fields().word("policy", events.requiredText("policy"), POLICIES);
            Long days = events.whole("days", 1, MOST_DAYS);
            if (days == null && !"retain".equals(policy) && !events.has("days")) {
                events.fields().reject("days", "missing", "a whole number from 1 to " + MOST_DAYS);
            }
        }
        return body.object("retention");
    }

    private static String slug(FieldReader fields, String slug) {
        if (!SLUG.matcher(slug).matches()) {
            fields.reject("slug", slug, "1 to 63 of a-z 0-9 and -, not at an end");
        }
        return slug;
    }
}
