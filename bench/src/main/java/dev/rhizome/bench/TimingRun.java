package dev.rhizome.bench;

import dev.rhizome.bench.attack.Distinguisher;
import dev.rhizome.bench.attack.Distinguisher.Told;
import dev.rhizome.bench.service.Blocking;
import dev.rhizome.bench.service.BulkLoad;
import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A tenant that times its own searches, and its neighbour. Each question is one of a pair that is alike for the observer, and
 * that only the neighbour's data tell apart; which of a pair is next is drawn, so that what else goes on strikes both alike.
 */
final class TimingRun {

    private static final int WARM_UP_PERCENT = 2;
    private static final float SPREAD = 0.3f;

    /**
     * How much is done.
     *
     * @param searches of the observer, over both times and all questions
     * @param rows of the neighbour
     * @param own of the observer
     */
    record Plan(int searches, int rows, int own) {}

    /** By what the halves of a pair differ. */
    enum Question {
        /** The neighbour has its vectors near the second. */
        VECTORS,
        /** The neighbour's texts have the word of the second. */
        WORDS,
        /** The neighbour has asked the second. */
        TEXTS
    }

    /**
     * What the times of one question tell.
     *
     * @param question of which pair
     * @param neighbour whether it had its rows by then; without, what times tell is the observer's own
     * @param searches of each half
     * @param told by their times
     */
    record Figures(Question question, boolean neighbour, int searches, Told told) {}

    private final Session session;
    private final Plan plan;
    private final int dimensions;
    private final Random random;
    private final RhizomeClient observer;
    private final RhizomeClient neighbour;

    TimingRun(Session session, Plan plan, int dimensions) {
        this.session = session;
        this.plan = plan;
        this.dimensions = dimensions;
        this.random = new Random(session.seed());
        this.observer = session.newTenant("observer").client();
        this.neighbour = session.newTenant("neighbour").client();
    }

    /** Loads, measures, prints and gives the figures. */
    List<Figures> measure() {
        new BulkLoad(observer, session.out())
                .load("observer", "/v1/entities", () -> rows(plan.own(), true), plan.own())
                .complete();
        List<Figures> figures = new ArrayList<>(times(false));
        new BulkLoad(neighbour, session.out())
                .load("neighbour", "/v1/entities", () -> rows(plan.rows(), false), plan.rows())
                .complete();
        figures.addAll(times(true));
        print(figures);
        return figures;
    }

    private List<Figures> times(boolean beside) {
        int each = plan.searches() / 2 / Question.values().length / 2;
        return java.util.stream.Stream.of(Question.values())
                .map(question -> new Figures(question, beside, each, told(question, each)))
                .toList();
    }

    private Told told(Question question, int each) {
        for (int i = 0; i < each * WARM_UP_PERCENT / 100 + 1; i++) {
            long unused = timed(question, i, i % 2 == 0);
        }
        long[][] nanos = new long[2][each];
        int[] done = new int[2];
        while (done[0] < each || done[1] < each) {
            int half = done[0] == each ? 1 : done[1] == each ? 0 : random.nextInt(2);
            nanos[half][done[half]] = timed(question, done[half]++, half == 1);
        }
        return Distinguisher.of(nanos[0], nanos[1], session.seed());
    }

    private long timed(Question question, int number, boolean second) {
        Map<String, Object> search = switch (question) {
            case VECTORS -> Map.of("embedding", near(second), "legs", List.of("vector"));
            case WORDS -> Map.of("query", second ? "zanzibar" : "quagmire", "legs", List.of("text"));
            case TEXTS -> Map.of("query", text(number, second), "legs", List.of("vector"));
        };
        if (question
                == Question.TEXTS) { // the neighbour asks something in front of either half, so that only what it asks
            // differs
            Map<String, Object> asked =
                    second ? search : Map.of("query", text(number, true), "legs", List.of("vector"));
            Blocking.await(neighbour.send(Request.post("/v1/search", asked)).then());
        }
        Request request = Request.post("/v1/search", search);
        long began = System.nanoTime();
        Blocking.await(observer.send(request).then());
        return System.nanoTime() - began;
    }

    /** Never asked before by the observer, and as long for both halves. */
    private static String text(int number, boolean second) {
        return String.format(Locale.ROOT, "question %06d of the %s kind", number, second ? "other" : "first");
    }

    /** A vector near one of two opposite places. */
    private float[] near(boolean second) {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (i % 2 == 0 == second ? 1 : 0) + SPREAD * (float) random.nextGaussian();
        }
        return vector;
    }

    /** Of the observer half in each place and with neither word; all of the neighbour in the second, with its word. */
    private Iterator<Map<String, Object>> rows(int count, boolean both) {
        return IntStream.range(0, count)
                .mapToObj(number -> Map.<String, Object>of(
                        "id",
                        "row-" + number,
                        "type",
                        "ROW",
                        "name",
                        both ? "row " + number : "zanzibar " + number,
                        "embedding",
                        near(!both || number % 2 == 0)))
                .iterator();
    }

    private void print(List<Figures> figures) {
        Table table = new Table(
                "question",
                "neighbour",
                "searches",
                "median ms",
                "other ms",
                "difference",
                "95 %",
                "AUC",
                "advantage",
                "by chance",
                "bits");
        for (Figures each : figures) {
            Told told = each.told();
            table.row(
                    each.question().name().toLowerCase(Locale.ROOT),
                    each.neighbour() ? "yes" : "no",
                    String.valueOf(2 * each.searches()),
                    Table.decimals(3, told.medianMs()),
                    Table.decimals(3, told.otherMedianMs()),
                    Table.signed(4, told.differenceMs()),
                    Table.signed(4, told.lowMs()) + " to " + Table.signed(4, told.highMs()),
                    Table.decimals(4, told.auc()),
                    Table.decimals(4, told.advantage()),
                    Table.decimals(4, told.chance()),
                    Table.decimals(5, told.bits()));
        }
        table.print(session.out());
    }
}
