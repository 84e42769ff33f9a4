package dev.rhizome.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text in columns as wide as they need to be: the first to the left, the others to the right. */
final class Table {

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headers) {
        rows.add(List.of(headers));
    }

    /** Adds a line with as many cells as there are headers. */
    void row(String... cells) {
        rows.add(List.of(cells));
    }

    void print(PrintWriter out) {
        out.println();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String format = column == 0 ? "%-" + width(column) + "s" : GAP + "%" + width(column) + "s";
                line.append(format.formatted(row.get(column)));
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
    }

    /** {@code value} with so many decimals. */
    static String decimals(int decimals, double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /** {@code value} with its sign and so many decimals. */
    static String signed(int decimals, double value) {
        return String.format(Locale.ROOT, "%+." + decimals + "f", value);
    }
}
