package dev.rhizome.graph;

/** Statements with literals in place of their parameters, to be explained. */
final class Literals {

    private Literals() {}

    static String in(String sql, String... values) {
        String filled = sql;
        for (int i = values.length; i > 0; i--) {
            filled = filled.replace("$" + i, values[i - 1]);
        }
        return filled;
    }
}
