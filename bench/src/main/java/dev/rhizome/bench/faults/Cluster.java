package dev.rhizome.bench.faults;

import java.util.Map;

/** A primary and two standbys, of which a commit waits for one, and whoever decides which of them leads. */
interface Cluster extends AutoCloseable {

    /** Who leads, in words. */
    String leader();

    /** {@code DB_*} of a service that knows all three servers. */
    Map<String, String> variables();

    /** Ends the primary as {@code kill -9} does, and what would start it again, as where its machine is lost. */
    void killPrimary();

    /** Waits until there is another primary. */
    void awaitPrimary();

    /** What a superuser gets of {@code sql} at the primary: a line a row, columns separated by tabs. */
    String sql(String sql);

    @Override
    void close();
}
