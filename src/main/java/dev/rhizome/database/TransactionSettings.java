package dev.rhizome.database;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Server settings that hold for one transaction and travel in the message that begins it.
 *
 * <p>{@code SET} takes no bind parameters, so names and values are held to a form that cannot carry SQL.
 *
 * @param values setting to value, both plain words or numbers
 */
public record TransactionSettings(Map<String, String> values) {

    private static final Pattern NAME = Pattern.compile("[a-z_]+(\\.[a-z_]+)?");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.]+");

    /** No settings. */
    public static final TransactionSettings NONE = new TransactionSettings(Map.of());

    /**
     * For statements with one good plan, whatever the tenant's size: a connection plans each of them once. Such a plan does
     * not know how few of a table's rows are the tenant's, so reading all of a table is off.
     */
    public static final TransactionSettings GENERIC_PLAN =
            NONE.with("plan_cache_mode", "force_generic_plan").with("enable_seqscan", "off");

    /** Checks the form of every name and value. */
    public TransactionSettings {
        values.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw new IllegalArgumentException("not a plain setting: " + name);
            }
        });
        values = Map.copyOf(values);
    }

    /** These settings and one more. */
    public TransactionSettings with(String name, Object value) {
        Map<String, String> more = new TreeMap<>(values);
        more.put(name, String.valueOf(value));
        return new TransactionSettings(more);
    }

    /** The statements that make them, each ended by a semicolon. */
    String toSql() {
        StringBuilder sql = new StringBuilder();
        new TreeMap<>(values)
                .forEach((name, value) -> sql.append("set local ")
                        .append(name)
                        .append(" = '")
                        .append(value)
                        .append("';"));
        return sql.toString();
    }
}
