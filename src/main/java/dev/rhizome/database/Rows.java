package dev.rhizome.database;

import io.r2dbc.spi.Readable;

/** Reads columns that the schema says are never null. */
public final class Rows {

    private Rows() {}

    /**
     * The value of a column declared {@code not null}.
     *
     * @throws IllegalStateException when it is null, which means that query and schema disagree
     */
    public static <T> T required(Readable row, String column, Class<T> type) {
        T value = row.get(column, type);
        if (value == null) {
            throw new IllegalStateException("column " + column + " is null");
        }
        return value;
    }
}
