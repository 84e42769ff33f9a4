package dev.rhizome.agent.network;

import dev.rhizome.bulk.BulkItem;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.WholeNumber;
import org.jspecify.annotations.Nullable;

/**
 * A place that says why an agent has a capability.
 *
 * @param capability its name
 * @param chunkId of what was read
 * @param chunkType task, benchmark, research or training
 * @param mention word for word
 * @param context around it, null for none
 * @param start of the mention in the chunk, in characters from 0; null where it is not known, as is the end then
 * @param end behind its last character
 * @param method manual, nlp, llm or rule-based
 * @param confidence 0 to 1, that it was read right
 */
record EvidenceInput(
        @Identifier(max = CapabilityInput.LONGEST_NAME) String capability,
        @Identifier String chunkId,

        @OneOf({"task", "benchmark", "research", "training"})
        String chunkType,

        @Text(max = 2_000) String mention,
        @Nullable @Text(min = 0, max = 20_000) String context,

        @Nullable @WholeNumber(min = 0, max = Integer.MAX_VALUE)
        Integer start,

        @Nullable @WholeNumber(min = 1, max = Integer.MAX_VALUE)
        Integer end,

        @OneOf({"manual", "nlp", "llm", "rule-based"}) String method,
        @Ratio float confidence)
        implements BulkItem, SelfChecked {

    @Override
    public void check(Faults faults) {
        boolean inOrder = start == null ? end == null : end != null && start < end;
        if (!inOrder) {
            faults.reject("end", end, "a position behind start, both or neither");
        }
    }

    /** The capability's name as names are compared. */
    String canonical() {
        return CapabilityInput.canonical(capability);
    }

    @Override
    public String key() {
        return canonical() + " " + chunkId + " " + mention;
    }
}
