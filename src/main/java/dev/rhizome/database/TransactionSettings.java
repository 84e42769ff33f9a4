package dev.rhizome.database;

import java.util.regex.Pattern;

/**
 * Server settings that hold for one transaction and travel in the message that begins it.
 *
 * <p>{@code SET} takes no bind parameters, so names and values are held to a form that cannot carry SQL.
 */
public final class TransactionSettings {

    private static final Pattern NAME = Pattern.compile("[a-z_]+(\\.[a-z_]+)?");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_.]+");

    /** No settings. */
    public static final TransactionSettings NONE = new TransactionSettings("");

    /**
     * Plans a statement each time, for its values: its best plan depends on them. All others are planned once by each
     * connection, see {@link ConnectionPools}.
     */
    static final TransactionSettings PLANNED_BY_VALUES =
            NONE.with("plan_cache_mode", "force_custom_plan").with("enable_seqscan", "on");

    private final String sql;

    private TransactionSettings(String sql) {
        this.sql = sql;
    }

    /**
     * These settings and one more; of two values of one setting the later holds.
     *
     * @throws IllegalArgumentException where name or value are not plain words or numbers
     */
    public TransactionSettings with(String name, Object value) {
        String text = String.valueOf(value);
        if (!NAME.matcher(name).matches() || !VALUE.matcher(text).matches()) {
            throw new IllegalArgumentException("not a plain setting: " + name);
        }
        return new TransactionSettings(sql + "set local " + name + " = '" + text + "';");
    }

    /** The statements that make them, each ended by a semicolon. */
    String toSql() {
        return sql;
    }
}
