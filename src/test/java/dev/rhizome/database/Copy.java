package dev.rhizome.database;

import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;

/** PostgreSQL's {@code copy … to stdout}. The driver is on the class path of running tests only. */
final class Copy {

    private Copy() {}

    /** What {@code sql} gives, or why it is refused. */
    static String out(Connection connection, String sql) throws ReflectiveOperationException, java.sql.SQLException {
        Class<?> type = Class.forName("org.postgresql.PGConnection");
        Object api = type.getMethod("getCopyAPI").invoke(connection.unwrap(type));
        StringWriter out = new StringWriter();
        try {
            Object unused = api.getClass()
                    .getMethod("copyOut", String.class, Writer.class)
                    .invoke(api, sql, out);
            return out.toString();
        } catch (InvocationTargetException refused) {
            connection.rollback();
            return String.valueOf(refused.getCause());
        }
    }
}
