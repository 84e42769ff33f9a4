package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.SigningKey;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whatever is done to a chain in its database is found, by the service and by whoever has an export, at the right entry. */
class TamperContractTest {

    private static final Ed25519Seal STRANGERS = Ed25519Seal.signing(SigningKey.create(), List.of());
    private static @Nullable Tampering tampering;

    @BeforeAll
    static void aChain() throws IOException {
        tampering = new Tampering();
    }

    @AfterAll
    static void close() {
        chain().close();
    }

    @AfterEach
    void restore() {
        chain().restore();
        assertThat(chain().verdict().path("valid").asBoolean()).isTrue();
    }

    private static Tampering chain() {
        return Objects.requireNonNull(tampering);
    }

    static Stream<Arguments> columnsOfEntries() {
        return columns("caws_provenance_graph", "tenant_id");
    }

    static Stream<Arguments> columnsOfPayloads() {
        return columns("provenance_payloads", "");
    }

    static Stream<Arguments> columnsOfHeads() {
        return columns("provenance_checkpoints", "tenant_id");
    }

    private static Stream<Arguments> columns(String table, String without) {
        return Tampering.columns(chain().database(), table).stream()
                .filter(column -> !column.startsWith(without + " "))
                .map(column -> Arguments.of((Object[]) column.split(" ", 2)));
    }

    @Test
    void anUntouchedChainIsValidHereAndElsewhere() throws IOException {
        JsonNode verdict = chain().verdictAgainstTheHead();

        assertThat(verdict.path("valid").asBoolean()).isTrue();
        assertThat(verdict.path("entries").asLong()).isEqualTo(10);
        assertThat(verdict.path("erased").asLong()).isEqualTo(1);
        assertThat(verdict.path("heads").asLong()).isEqualTo(4);
        assertThat(chain().offlineWithHead(chain().export()))
                .startsWith("0 ")
                .contains("entries: 10 from 1 on, 1 of them erased", "heads: 4, the last of entry 10 at ", "\nvalid\n");
        assertThat(chain().offline(chain().export())).startsWith("0 ").contains("consistent, not who wrote it");
    }

    @ParameterizedTest
    @MethodSource("columnsOfEntries")
    void anEditOfAnyColumnIsFound(String column, String type) throws IOException {
        int edited = column.equals("erases") ? 6 : 3;

        chain().change("update caws_provenance_graph set " + column + " = " + Tampering.another(column, type)
                + " where tenant_id = $T and sequence = " + edited);

        isFirstBad(edited, "");
    }

    @ParameterizedTest
    @MethodSource("columnsOfPayloads")
    void anEditOfAPayloadIsFound(String column, String type) throws IOException {
        chain().change("update provenance_payloads set " + column + " = " + Tampering.another(column, type)
                + " where tenant_id = $T and sequence = 3");

        isFirstBad(3, "payload");
    }

    @ParameterizedTest
    @MethodSource("columnsOfHeads")
    void anEditOfAHeadIsFound(String column, String type) throws IOException {
        chain().change("update provenance_checkpoints set " + column + " = " + Tampering.another(column, type)
                + " where tenant_id = $T and sequence = 4");

        if (column.equals("sequence")) { // it is nowhere near the entries that are exported
            isFirstBadHere(chain().verdict(), 1004, "head");
        } else {
            isFirstBad(4, "head");
        }
    }

    @Test
    void anEntryGivenToAnotherTenantIsMissed() throws IOException {
        chain().change("update caws_provenance_graph set tenant_id = $O where tenant_id = $T and sequence = 5");

        isFirstBad(5, "missing");
    }

    @Test
    void aDeletionInTheMiddleIsFound() throws IOException {
        chain().change("delete from caws_provenance_graph where tenant_id = $T and sequence = 5");

        isFirstBad(5, "missing");
    }

    @Test
    void aDeletionThatMovesTheOthersUpIsFound() throws IOException {
        chain().change(
                        "delete from caws_provenance_graph where tenant_id = $T and sequence = 5",
                        "update caws_provenance_graph set sequence = sequence + 100 where tenant_id = $T and sequence > 5",
                        "update caws_provenance_graph set sequence = sequence - 101 where tenant_id = $T and sequence > 5");

        isFirstBad(5, "follow");
    }

    @Test
    void aTailThatWasCutIsFoundByTheChainsEnd() throws IOException {
        chain().change("delete from caws_provenance_graph where tenant_id = $T and sequence > 8");

        isFirstBad(9, "missing");
    }

    @Test
    void aTailThatWasCutAndHiddenIsFoundByTheHeads() throws IOException {
        chain().change(
                        "delete from caws_provenance_graph where tenant_id = $T and sequence > 8",
                        "update provenance_chains set sequence = 8, checkpoint_sequence = 8, hash = (select hash from"
                                + " caws_provenance_graph e where e.tenant_id = $T and e.sequence = 8) where tenant_id = $T");

        isFirstBadHere(chain().verdict(), 9, "head");
    }

    @Test
    void aTailThatWasCutWithItsHeadsIsFoundByAHeadThatWasKept() throws IOException {
        cutWithItsHeads();

        assertThat(chain().verdict().path("valid").asBoolean()).isTrue();
        isFirstBadHere(chain().verdictAgainstTheHead(), 9, "head");
        assertThat(chain().offlineWithKey(chain().export())).startsWith("0 ");
        assertThat(chain().offlineWithHead(chain().export())).startsWith("1 ").contains("first bad entry 9:");
    }

    @Test
    void aTailThatWasWrittenAnewIsFoundByAHeadThatWasKept() throws IOException {
        cutWithItsHeads();
        for (String id : new String[] {"n9", "n10", "n11"}) {
            assertThat(Objects.requireNonNull(chain().admin()
                                    .post("/v1/provenance", "{\"type\":\"budget\",\"id\":\"" + id + "\"}")
                                    .block())
                            .status())
                    .isEqualTo(201);
        }

        assertThat(chain().verdict().path("valid").asBoolean()).isTrue();
        isFirstBadHere(chain().verdictAgainstTheHead(), 10, "head");
        assertThat(chain().offlineWithHead(chain().export())).startsWith("1 ").contains("first bad entry 10:");
    }

    @Test
    void aChainThatIsGoneAltogetherIsFoundByAHeadThatWasKept() throws IOException {
        Tampering.TABLES.forEach(table -> chain().change("delete from " + table + " where tenant_id = $T"));

        assertThat(chain().verdict().path("valid").asBoolean()).isTrue();
        isFirstBadHere(chain().verdictAgainstTheHead(), 1, "the chain came to 10");
        assertThat(chain().offlineWithKey(chain().export())).startsWith("0 ");
        assertThat(chain().offlineWithHead(chain().export())).startsWith("1 ").contains("first bad entry 1:");
    }

    /** Without a head that was kept, whatever is left in the database says that there was a chain. */
    @ParameterizedTest
    @CsvSource({
        "caws_provenance_graph,the chain's end is gone",
        "provenance_payloads,the chain is gone",
        "provenance_mentions,the chain is gone",
        "provenance_checkpoints,the chain came to",
    })
    void aChainThatIsGoneIsFoundWhereAnythingOfItIsLeft(String left, String reason) {
        Tampering.TABLES.stream()
                .filter(table -> !table.equals(left))
                .forEach(table -> chain().change("delete from " + table + " where tenant_id = $T"));

        isFirstBadHere(chain().verdict(), 1, reason);
    }

    private static void cutWithItsHeads() {
        chain().change(
                        "delete from caws_provenance_graph where tenant_id = $T and sequence > 8",
                        "delete from provenance_payloads where tenant_id = $T and sequence > 8",
                        "delete from provenance_checkpoints where tenant_id = $T and sequence > 8",
                        "update provenance_chains set sequence = 8, checkpoint_sequence = 8, hash = (select hash from"
                                + " caws_provenance_graph e where e.tenant_id = $T and e.sequence = 8) where tenant_id = $T");
    }

    @Test
    void twoEntriesThatChangedPlacesAreFound() throws IOException {
        chain().change(
                        "update caws_provenance_graph set sequence = 1000 where tenant_id = $T and sequence = 7",
                        "update caws_provenance_graph set sequence = 7 where tenant_id = $T and sequence = 8",
                        "update caws_provenance_graph set sequence = 8 where tenant_id = $T and sequence = 1000");

        isFirstBad(7, "follow");
    }

    /** The service's own key is used, as by somebody who has got hold of it. */
    @Test
    void aForkIsFound() throws IOException {
        chain().change("alter table caws_provenance_graph drop constraint caws_provenance_graph_no_fork");
        ChainEntry ninth = read(9);
        insertInPlaceOf(
                10,
                forged(
                        read(10),
                        ninth.previousHash(),
                        chain().service().bean(Keyring.class).seal()));

        isFirstBad(10, "follow");

        chain().restore();
        chain().change("alter table caws_provenance_graph add constraint caws_provenance_graph_no_fork"
                + " unique (tenant_id, previous_hash)");
    }

    @Test
    void aChainSignedAnewByAnotherKeyIsFound() throws IOException {
        String before = ChainPosition.BEGINNING.link();
        for (int sequence = 1; sequence <= 10; sequence++) {
            ChainEntry forged = forged(read(sequence), before, STRANGERS);
            insertInPlaceOf(sequence, forged);
            before = forged.hash();
        }
        chain().change(
                        "delete from provenance_checkpoints where tenant_id = $T",
                        "update provenance_chains set hash = decode('" + before + "', 'hex') where tenant_id = $T");

        isFirstBad(1, "not trusted");
        assertThat(chain().offline(chain().export())).startsWith("1 ").contains("not trusted");
    }

    @Test
    void aPayloadThatWasRemovedWithoutErasureIsFound() throws IOException {
        chain().change("delete from provenance_payloads where tenant_id = $T and sequence in (3, 7)");

        isFirstBad(3, "no erasure accounts for it");
    }

    @Test
    void aPayloadThatIsMissingInFrontOfSomethingWorseIsTheFirst() throws IOException {
        chain().change(
                        "delete from provenance_payloads where tenant_id = $T and sequence = 3",
                        "update caws_provenance_graph set writer = 'me' where tenant_id = $T and sequence = 5");

        isFirstBad(3, "no erasure accounts for it");
    }

    @Test
    void anEndThatWasMovedIsFound() throws IOException {
        chain().change("update provenance_chains set sequence = 5, checkpoint_sequence = 5 where tenant_id = $T");
        isFirstBadHere(chain().verdict(), 5, "end with another entry");

        chain().restore();
        chain().change("update provenance_chains set hash = sha256('x') where tenant_id = $T");
        isFirstBadHere(chain().verdict(), 10, "end with another entry");
    }

    /** The entry {@code changed}, hashed and signed so that it is in order by itself. */
    private static ChainEntry forged(ChainEntry changed, String previousHash, Ed25519Seal seal) {
        return new ChainEntry(
                        changed.tenant(),
                        changed.sequence(),
                        changed.type(),
                        changed.id(),
                        changed.parent(),
                        changed.references(),
                        changed.specHash(),
                        changed.scores(),
                        changed.about(),
                        changed.relationships(),
                        changed.derivedFrom(),
                        changed.erases(),
                        changed.at(),
                        changed.payloadHash(),
                        changed.recordedAt(),
                        changed.writer(),
                        changed.role(),
                        previousHash,
                        changed.version(),
                        seal.keyId(),
                        "",
                        "")
                .signed(seal);
    }

    private static ChainEntry read(int sequence) throws IOException {
        return Objects.requireNonNull(chain().service()
                        .bean(ProvenanceChain.class)
                        .at(sequence)
                        .contextWrite(
                                dev.rhizome.tenant.TenantContext.of(new dev.rhizome.tenant.TenantId(chain().tenant())))
                        .block())
                .entry();
    }

    private static void insertInPlaceOf(int sequence, ChainEntry entry) {
        chain().change("""
                update caws_provenance_graph
                   set previous_hash = decode('%s', 'hex'), hash = decode('%s', 'hex'), signature = decode('%s', 'hex'),
                       key_id = '%s'
                 where tenant_id = $T and sequence = %d
                """.formatted(entry.previousHash(), entry.hash(), entry.signature(), entry.keyId(), sequence));
    }

    private static void isFirstBad(long sequence, String reason) throws IOException {
        isFirstBadHere(chain().verdict(), sequence, reason);
        assertThat(chain().offlineWithKey(chain().export()))
                .startsWith("1 ")
                .containsPattern("invalid: first bad entry " + sequence + ": .*" + reason);
    }

    private static void isFirstBadHere(JsonNode verdict, long sequence, String reason) {
        assertThat(verdict.path("valid").asBoolean(true)).as(verdict.toString()).isFalse();
        assertThat(verdict.at("/firstBad/sequence").asLong())
                .as(verdict.toString())
                .isEqualTo(sequence);
        assertThat(verdict.at("/firstBad/reason").asString()).contains(reason);
    }
}
