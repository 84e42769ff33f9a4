package dev.rhizome.bench.attack;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What was seen of all requests, counted; and the first findings in words. */
public final class Verdict {

    private static final int MOST_TOLD = 25;

    /** What is counted. */
    public enum Count {
        /** Requests of attackers. */
        REQUESTS("requests", false),
        /** Answered below 300. */
        ANSWERED("answered 2xx", false),
        /** Answered with 400 to 499. */
        REFUSED("refused 4xx", false),
        /** Answers 429, 503 and 504, which are not compared. */
        BUSY("busy 429, 503, 504", false),
        /** Answers that said which tenant the database saw. */
        SAID_TENANT("answers that say the tenant", false),
        /** Requests with a forged key or token. */
        FORGED("forged keys and tokens", false),
        /** Requests that were asked again, because a background job had changed one answer and not yet the other. */
        ASKED_AGAIN("answers asked for again", false),
        /** Reads by the victim meanwhile. */
        VICTIM_READS("reads by the victim meanwhile", false),
        /** Answers with text that only the victim's rows have. */
        ROWS("answers with a row of the victim", true),
        /** Answers with an id of the victim's that was not sent. */
        IDS("answers with an id of the victim", true),
        /** Answers that differ from those about a tenant that does not exist: in rows, ids, counts or errors. */
        DIFFERENCES("answers that differ from nobody's", true),
        /** Answers that say another tenant. */
        OTHER_TENANT("answers that say another tenant", true),
        /** Forged keys and tokens that were taken. */
        FORGED_TAKEN("forged keys and tokens taken", true),
        /** Answers 500 and other errors of the service's own. */
        ERRORS("answers 500", true),
        /** Answers to the victim that were not what they were before. */
        VICTIM_CHANGED("changes that the victim saw", true);

        private final String label;
        private final boolean isBad;

        Count(String label, boolean isBad) {
            this.label = label;
            this.isBad = isBad;
        }

        /** In words. */
        public String label() {
            return label;
        }

        /** Whether it must be 0. */
        public boolean isBad() {
            return isBad;
        }
    }

    private final Map<Count, LongAdder> counts = new EnumMap<>(Count.class);
    private final List<String> findings = new ArrayList<>();

    Verdict() {
        for (Count each : Count.values()) {
            counts.put(each, new LongAdder());
        }
    }

    /** Counts one. */
    void count(Count what) {
        counter(what).increment();
    }

    /** Counts a finding and keeps what is said of it. */
    synchronized void found(Count what, String words) {
        count(what);
        if (findings.size() < MOST_TOLD) {
            findings.add(what.label() + ": " + words);
        }
    }

    /** How many. */
    public long of(Count what) {
        return counter(what).sum();
    }

    private LongAdder counter(Count what) {
        return Objects.requireNonNull(counts.get(what));
    }

    /** All counts. */
    public Map<Count, Long> counts() {
        Map<Count, Long> all = new EnumMap<>(Count.class);
        for (Count each : Count.values()) {
            all.put(each, of(each));
        }
        return all;
    }

    /** The first findings. */
    public synchronized List<String> findings() {
        return List.copyOf(findings);
    }

    /** Whether nothing was found. */
    public boolean isClean() {
        return counts().entrySet().stream().noneMatch(each -> each.getKey().isBad() && each.getValue() > 0);
    }
}
