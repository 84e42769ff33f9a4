package dev.rhizome.event;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Seal;
import dev.rhizome.tenant.TenantId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Verifies archives of events: each file by itself, and that the files of a tenant follow each other. */
public final class ArchiveVerification {

    /**
     * What a tenant's files should hold.
     *
     * @param from sequence of the first event
     * @param to sequence that they should come to at least, 0 where it is not known
     */
    public record Expected(long from, long to) {}

    /**
     * What was found of a tenant's files.
     *
     * @param tenant whose they are
     * @param files how many are valid by themselves
     * @param from sequence of the first event
     * @param to sequence of the last
     * @param headsMet how many kept heads agree
     * @param notes for people, of what was not compared
     * @param flaws what is wrong with the files as a whole, in their order
     */
    public record Report(
            String tenant, int files, long from, long to, long headsMet, List<String> notes, List<String> flaws) {}

    private record Verified(Path file, ArchiveFile.Part part) {}

    private final IntegrityKey key;
    private final List<Checkpoint> heads;
    private final Expected expected;
    private final TreeMap<String, List<Verified>> tenants = new TreeMap<>();

    /** Verifies with {@code key} against {@code heads}, which were kept elsewhere. */
    public ArchiveVerification(IntegrityKey key, List<Checkpoint> heads, Expected expected) {
        this.key = key;
        this.heads = List.copyOf(heads);
        this.expected = expected;
    }

    /**
     * Verifies one more file, by itself.
     *
     * @throws ArchiveFile.Invalid where it is not what was archived
     */
    public void take(Path file) {
        ArchiveFile.Part part = ArchiveFile.verify(file, key, heads);
        tenants.computeIfAbsent(part.tenant(), any -> new ArrayList<>()).add(new Verified(file, part));
    }

    /** What is wrong with the kept heads by themselves, or because there is no file of their tenant. */
    public List<String> flawsOfHeads() {
        List<String> flaws = new ArrayList<>();
        for (Checkpoint head : heads) {
            String tenant = head.tenant().toString();
            String which = "the head of event " + head.sequence() + " of tenant " + tenant;
            if (key.ledgerOf(new TenantId(head.tenant())).check(head) != Seal.Check.VALID) {
                flaws.add(which + " is not sealed by this key");
            } else if (!tenants.containsKey(tenant)) {
                flaws.add(which + ": there is no valid file of that tenant");
            }
        }
        return flaws;
    }

    /** What was found of each tenant's files, in the order of their ids. */
    public List<Report> reports() {
        return tenants.values().stream().map(this::report).toList();
    }

    private Report report(List<Verified> files) {
        files.sort(Comparator.comparingLong(file -> file.part().from()));
        String tenant = files.getFirst().part().tenant();
        long from = files.getFirst().part().from();
        long to = files.stream().mapToLong(file -> file.part().to()).max().orElseThrow();
        List<Checkpoint> own = heads.stream()
                .filter(head -> head.tenant().toString().equals(tenant))
                .toList();
        List<String> notes = own.stream()
                .filter(head -> head.sequence() < from - 1 || head.sequence() > to)
                .map(head ->
                        "the head of event " + head.sequence() + " is of none in the files, so it was not compared")
                .toList();
        return new Report(tenant, files.size(), from, to, own.size() - notes.size(), notes, flaws(files, to));
    }

    private List<String> flaws(List<Verified> files, long to) {
        List<String> flaws = new ArrayList<>();
        long next = expected.from();
        String link = next == 1
                ? ChainPosition.BEGINNING.link()
                : files.getFirst().part().previousMac();
        for (Verified file : files) {
            ArchiveFile.Part part = file.part();
            if (part.from() > next) {
                flaws.add("events " + next + " to " + (part.from() - 1) + " are in no file");
            } else if (part.from() < next) {
                flaws.add(file.file() + " begins with event " + part.from() + ", but should with " + next);
            } else if (!part.previousMac().equals(link)) {
                flaws.add(file.file() + " does not follow event " + (next - 1) + " of the file in front of it");
            }
            next = part.to() + 1;
            link = part.mac();
        }
        if (to < expected.to()) {
            flaws.add("events " + (to + 1) + " to " + expected.to() + " are in no file");
        }
        return flaws;
    }
}
