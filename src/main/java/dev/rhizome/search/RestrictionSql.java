package dev.rhizome.search;

import dev.rhizome.database.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A restriction of a search as a condition of a statement. */
final class RestrictionSql {

    private RestrictionSql() {}

    /** The condition on {@code hybrid_search_index as i}; its three values are bound from {@code $first} on. */
    static String condition(int first) {
        return " i.confidence >= $%d and (cardinality($%d::text[]) = 0 or i.type = any ($%2$d))"
                        .formatted(first, first + 1)
                + " and ($%d::jsonb is null or i.metadata @> $%1$d::jsonb) ".formatted(first + 2);
    }

    /** {@code first}, then the values of the condition: least confidence, types, filter. */
    static List<Object> arguments(SearchRequest.Restriction restriction, Object... first) {
        List<Object> arguments = new ArrayList<>(first.length + 3);
        Collections.addAll(arguments, first);
        arguments.add(restriction.minConfidence());
        arguments.add(types(restriction));
        arguments.add(filter(restriction));
        return arguments;
    }

    static String[] types(SearchRequest.Restriction restriction) {
        return restriction.types().toArray(String[]::new);
    }

    static Object filter(SearchRequest.Restriction restriction) {
        return Query.nullable(restriction.filter(), String.class);
    }
}
