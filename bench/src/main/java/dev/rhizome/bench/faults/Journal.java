package dev.rhizome.bench.faults;

import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/**
 * What the clients know of their writes: which were acknowledged, and which were sent and not answered. Compared with what the
 * database has, it says what was lost and what is there twice.
 */
final class Journal {

    /** What is written. */
    enum Kind {
        ENTITY("entities", "entity_id", "/v1/entities"),
        EVENT("performance_events", "event_id", "/v1/events"),
        PROVENANCE("caws_provenance_graph", "entity_id", "/v1/provenance");

        private final String table;
        private final String id;
        private final String path;

        Kind(String table, String id, String path) {
            this.table = table;
            this.id = id;
            this.path = path;
        }

        String path() {
            return path;
        }

        /** Rows of tenant, id and how often it is there. */
        String counts() {
            return "select tenant_id, %s, count(*) from rhizome.%s where %s like 'soak-%%' group by 1, 2"
                    .formatted(id, table, id);
        }
    }

    /** One thing that is written. */
    private record Write(String tenant, Kind kind, String id) {}

    /**
     * How the journal and the database differ.
     *
     * @param acknowledged writes
     * @param resent writes that were sent more than once, since nobody answered
     * @param lost acknowledged and not there
     * @param doubled there more than once
     * @param foreign there as another tenant's than the one that wrote it, or as nobody's who wrote
     */
    record Difference(long acknowledged, long resent, Set<String> lost, Set<String> doubled, Set<String> foreign) {

        boolean isNone() {
            return lost.isEmpty() && doubled.isEmpty() && foreign.isEmpty();
        }
    }

    private final Map<Write, Boolean> acknowledged = new ConcurrentHashMap<>();
    private final LongAdder resent = new LongAdder();
    private volatile long lastAcknowledged = Long.MIN_VALUE;

    /** Before it is sent for the first time. */
    void send(String tenant, Kind kind, String id) {
        Boolean unused = acknowledged.put(new Write(tenant, kind, id), false);
    }

    void sendAgain() {
        resent.increment();
    }

    void acknowledge(String tenant, Kind kind, String id) {
        Boolean unused = acknowledged.put(new Write(tenant, kind, id), true);
        lastAcknowledged = System.nanoTime();
    }

    /** When that was the last time, as {@code System.nanoTime} tells. */
    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** Compares with what {@code postgres} has; nobody writes meanwhile. */
    Difference compare(PrivatePostgres postgres) {
        return compare(sql -> postgres.sql("rhizome", sql));
    }

    /** Compares with what {@code rows} gives of a query, a line a row, columns separated by tabs; nobody writes meanwhile. */
    Difference compare(UnaryOperator<String> rows) {
        Set<String> lost = new TreeSet<>();
        Set<String> doubled = new TreeSet<>();
        Set<String> foreign = new TreeSet<>();
        for (Kind kind : Kind.values()) {
            Map<Write, Integer> there = new TreeMap<>(Comparator.comparing(Write::toString));
            rows.apply(kind.counts()).lines().forEach(line -> {
                String[] row = line.split("\t", 3);
                there.put(new Write(row[0], kind, row[1]), Integer.parseInt(row[2]));
            });
            there.forEach((write, count) -> {
                if (!acknowledged.containsKey(write)) {
                    foreign.add(write.toString());
                } else if (count > 1) {
                    doubled.add(write.toString());
                }
            });
            acknowledged.forEach((write, isAcknowledged) -> {
                if (isAcknowledged && write.kind() == kind && !there.containsKey(write)) {
                    lost.add(write.toString());
                }
            });
        }
        doubled.addAll(rows.apply("""
                        select tenant_id, kind, subject, count(*) from rhizome.audit_log
                         where action = 'created' and subject like '%soak-%' group by 1, 2, 3 having count(*) > 1
                        """).lines().toList());
        long count = acknowledged.values().stream().filter(each -> each).count();
        return new Difference(count, resent.sum(), lost, doubled, foreign);
    }
}
