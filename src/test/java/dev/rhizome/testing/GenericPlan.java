package dev.rhizome.testing;

import java.util.Collections;
import java.util.regex.Pattern;

/** How a statement is planned before its values are known, as the service has some of its statements planned. */
public final class GenericPlan {

    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");

    private GenericPlan() {}

    /** Statements of which the last gives the plan of {@code sql}. */
    public static String of(String sql) {
        int parameters = PARAMETER
                .matcher(sql)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
        return """
                set local plan_cache_mode = force_generic_plan;
                set local enable_seqscan = off;
                set local enable_memoize = off;
                prepare once as %s;
                explain (costs off) execute once (%s)
                """.formatted(sql, String.join(", ", Collections.nCopies(parameters, "null")));
    }
}
