package dev.rhizome.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.bench.attack.Campaign;
import dev.rhizome.bench.attack.TokenForge;
import dev.rhizome.bench.attack.Verdict.Count;
import dev.rhizome.bench.attack.Wire;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * The short form of {@code bin/bench attack}: every route of the description, with the victim's, nobody's and mangled values and
 * with forged keys and tokens, on a pool of two connections. {@code -Dseed=NUMBER} draws others.
 */
class AttackContractTest {

    private static final long SEED = 20_261_127;
    private static final int ROUNDS = 800;
    private static final TokenForge FORGE = new TokenForge();
    private static final RunningService SERVICE = RunningService.on(
            TestDatabase.create(),
            "--DB_POOL_MAX=2",
            "--rhizome.jwt.issuer=" + FORGE.url(),
            "--rhizome.jwt.audience=" + TokenForge.AUDIENCE);

    @AfterAll
    static void stop() {
        SERVICE.close();
        FORGE.close();
    }

    @Test
    void nothingOfTheVictimIsSeenCountedOrChanged() {
        long seed = Long.getLong("seed", SEED);
        try (Wire wire = new Wire(URI.create("http://localhost:" + SERVICE.port()));
                Campaign campaign = new Campaign(wire, RunningService.OPERATOR, FORGE, seed)) {
            campaign.duel(seed, ROUNDS);
            campaign.look();

            assertThat(campaign.verdict().findings()).as("seed %d", seed).isEmpty();
            assertThat(campaign.verdict().isClean()).isTrue();
            assertThat(campaign.verdict().of(Count.REQUESTS)).isEqualTo(2 * ROUNDS);
            assertThat(campaign.verdict().of(Count.ANSWERED)).isGreaterThan(ROUNDS / 2);
            assertThat(campaign.verdict().of(Count.SAID_TENANT)).isGreaterThan(ROUNDS / 2);
            assertThat(campaign.verdict().of(Count.FORGED)).isGreaterThan(ROUNDS / 10);
        }
    }
}
