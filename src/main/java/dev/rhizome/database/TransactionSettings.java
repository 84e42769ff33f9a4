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
     * For statements with one good plan, whatever the tenant's size: a connection plans each of them once. Such a plan does
     * not know how few of a table's rows are the tenant's, so reading all of a table is off.
     */
    public static final TransactionSettings GENERIC_PLAN =
            NONE.with("plan_cache_mode", "force_generic_plan").with("enable_seqscan", "off");

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
