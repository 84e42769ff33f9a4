package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.ledger.ChainPosition;
import dev.rhizome.ledger.Checkpoint;
import dev.rhizome.ledger.Ed25519Seal;
import dev.rhizome.ledger.KeyPem;
import dev.rhizome.ledger.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is hashed and signed is fixed for good: chains that were written once have to be verified for ever. */
class GoldenBytesTest {

    /** The private key of RFC 8032, section 7.1, test 1. */
    private static final SigningKey KEY = SigningKey.of("""
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----
            """);

    private static final Ed25519Seal SEAL = Ed25519Seal.signing(KEY, List.of());
    private static final UUID TENANT = UUID.fromString("00000000-0000-7000-8000-00000000000a");
    private static final Payload PAYLOAD =
            new Payload("05".repeat(32), "ada", "kept to the rules", "{\"b\":[1.50,true,null],\"a\":\"ü\"}");

    private static final ChainEntry ENTRY = new ChainEntry(
            TENANT,
            7,
            "verdict",
            "v1",
            new EntryKey("spec", "s1"),
            List.of("caws.budget", "caws.evidence"),
            "abc",
            new Scores(0.9f, 0f, 1f, null),
            List.of("plan"),
            List.of(new RelationshipKey("plan", "PART_OF", "work")),
            List.of("source"),
            List.of(),
            Instant.parse("2026-01-31T11:00:00.123456Z"),
            PAYLOAD.hash(),
            Instant.parse("2026-02-01T00:00:00Z"),
            "key-1",
            "writer",
            "11".repeat(32),
            ChainEntry.VERSION,
            KEY.id(),
            "",
            "");

    @Test
    void theKeyIsThatOfTheStandard() {
        assertThat(KeyPem.of(KEY.publicKey())).contains("MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
        assertThat(KEY.sign(new byte[0]))
                .isEqualTo(
                        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                                + "d25bf5f0595bbe24655141438e7a100b");
        assertThat(SigningKey.of(KEY.pem()).id()).isEqualTo(KEY.id());
    }

    @Test
    void aPayloadHasTheHashItAlwaysHad() {
        assertThat(PAYLOAD.hash()).isEqualTo("595252d07829f0b5bceefd8627d691d2b5f93e79911f3ae6fd924f552df644f3");
        assertThat(new Payload("05".repeat(32), "ada", "kept to the rules", "{\"a\":\"ü\", \"b\":[1.5,true,null]}")
                        .hash())
                .isEqualTo(PAYLOAD.hash());
    }

    @Test
    void anEntryHasTheHashAndTheSignatureItAlwaysHad() {
        ChainEntry signed = ENTRY.signed(SEAL);

        assertThat(signed.keyId()).isEqualTo("06e3fd8fda29bb60");
        assertThat(signed.hash()).isEqualTo("ddeb8890dfd458e5df2cecd4cfe7a1c91e81132664c8d29364218b005796a203");
        assertThat(signed.signature())
                .isEqualTo(
                        "e8145f346d333b737c2f69910e25c56f865b94d43287796a1bf7268064be863705f4540b84848d480618aaff29dd7175a0dae94de00ce25707ac3730b287a006");
    }

    @Test
    void aHeadHasTheSignatureItAlwaysHad() {
        Checkpoint head = new ProvenanceLedger(TENANT, SEAL)
                .checkpoint(new ChainPosition(7, "22".repeat(32)), Instant.parse("2026-02-01T00:00:01.000001Z"));

        assertThat(head.seal())
                .isEqualTo(
                        "348883c88d0101bcacaa0db8de6aa059e45507bfdc2e8c8079299efa4c976355d6bcb2b826ab6d4842b8abc35ea0a4bcc67357c6d79215def2836d397126920a");
    }
}
