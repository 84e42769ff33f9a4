package dev.rhizome.agent.network;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.validation.Decimal;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How two agents stand to each other; where it holds both ways, with their ids in order, so that a pair is stored once.
 *
 * @param source id of an agent
 * @param target id of another
 * @param type one of the nine
 * @param directed whether it holds from source to target only
 * @param confidence .5 to 1, that it holds
 * @param strength 0 to 1, how much it matters
 * @param cooccurrences times it was seen, 1 or more
 * @param supportingTasks ids of tasks that showed it
 * @param context from which it was read, null for none
 * @param mutualInformation null where it is not known, as below
 * @param pointwiseMutualInformation of the two appearing together
 * @param metadata a JSON object
 */
record AgentRelationshipInput(
        @Identifier String source,
        @Identifier String target,
        @AgentRelationshipType String type,
        @Default("false") boolean directed,
        @Decimal(min = 0.5, max = 1) float confidence,
        @Default("1") @Ratio float strength,
        @Default("1") @WholeNumber(min = 1, max = MOST) long cooccurrences,
        @Size(max = Tasks.MAX_TASKS) List<@Identifier String> supportingTasks,
        @Nullable @Text(min = 0, max = 20_000) String context,

        @Nullable @Decimal(min = -MOST_INFORMATION, max = MOST_INFORMATION)
        Double mutualInformation,

        @Nullable @Decimal(min = -MOST_INFORMATION, max = MOST_INFORMATION)
        Double pointwiseMutualInformation,

        @Default("{}") @JsonObject String metadata)
        implements BulkItem, SelfChecked {

    private static final long MOST = 1_000_000_000_000L;
    private static final double MOST_INFORMATION = 1_000;

    /** Puts the agents of one that holds both ways in order. */
    AgentRelationshipInput {
        Key key = Key.of(source, type, target, directed);
        source = key.source();
        target = key.target();
        supportingTasks = Tasks.distinct(supportingTasks);
    }

    /**
     * Which relationship is meant. A directed one and an undirected one of the same type may stand side by side.
     *
     * @param directed whether it holds from source to target only; else the source has the smaller id
     */
    record Key(String source, String type, String target, boolean directed) {

        /** The key of these, in order where the relationship holds both ways. */
        static Key of(String source, String type, String target, boolean directed) {
            boolean swap = !directed && inOrder(target, source);
            return new Key(swap ? target : source, type, swap ? source : target, directed);
        }

        /** Order of bytes in UTF-8, which the database's check uses too. */
        private static boolean inOrder(String first, String second) {
            return Arrays.compareUnsigned(
                            first.getBytes(StandardCharsets.UTF_8), second.getBytes(StandardCharsets.UTF_8))
                    < 0;
        }

        /** Notes that an agent stands in no relationship to itself. */
        void check(SelfChecked.Faults faults) {
            if (source.equals(target)) {
                faults.reject("target", target, "another agent than the source");
            }
        }

        @Override
        public String toString() {
            return source + " -" + type + (directed ? "-> " : "- ") + target;
        }
    }

    @Override
    public void check(Faults faults) {
        new Key(source, type, target, directed).check(faults);
    }

    @Override
    public String key() {
        return new Key(source, type, target, directed).toString();
    }
}
