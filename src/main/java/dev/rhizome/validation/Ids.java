package dev.rhizome.validation;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids for what comes without one. */
public final class Ids {

    private Ids() {}

    /** A UUID of version 7, so that ids made one after another are neighbours in an index. */
    public static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current(); // unique, not secret
        long high = (System.currentTimeMillis() << 16) | 0x7000L | random.nextLong(0x1000);
        long low = (random.nextLong() >>> 2) | Long.MIN_VALUE;
        return new UUID(high, low).toString();
    }
}
