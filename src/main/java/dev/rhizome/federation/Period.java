package dev.rhizome.federation;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/**
 * A day, a week or a month of UTC.
 *
 * @param name as ISO 8601 writes it: {@code 2026-01-31}, {@code 2026-W05}, {@code 2026-01}
 * @param unit {@code day}, {@code week} or {@code month}
 * @param firstDay of it
 */
record Period(String name, String unit, LocalDate firstDay) {

    private static final Pattern MONTH = Pattern.compile("[12][0-9]{3}-[0-9]{2}");
    private static final Pattern WEEK = Pattern.compile("[12][0-9]{3}-W[0-9]{2}");
    private static final Pattern DAY = Pattern.compile("[12][0-9]{3}-[0-9]{2}-[0-9]{2}");

    /**
     * The period of this name.
     *
     * @throws DateTimeParseException where there is none
     */
    static Period of(String name) {
        if (MONTH.matcher(name).matches()) {
            return new Period(name, "month", YearMonth.parse(name).atDay(1));
        }
        if (WEEK.matcher(name).matches()) {
            return new Period(name, "week", LocalDate.parse(name + "-1", DateTimeFormatter.ISO_WEEK_DATE));
        }
        if (DAY.matcher(name).matches()) {
            return new Period(name, "day", LocalDate.parse(name));
        }
        throw new DateTimeParseException("no period", name, 0);
    }
}
