package dev.rhizome.database;

import dev.rhizome.fairness.FairTurns;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tenants share the connections. More statements at a time than the server has processors make none of them faster: on two
 * processors for everything, eight clients had 15 % fewer answers through twenty connections than through three to five (ADR 26).
 *
 * @param alone connections that one tenant uses at once while it is alone; 0 for two a processor of this machine, and four at least
 * @param contended connections that tenants use at once while several of them are there, of which each has one at least; 0 for one a
 *     processor, and two at least
 * @param requests requests that are read and checked at once while several tenants are there, of which each has one at least; 0 for
 *     two a processor, and four at least
 * @param waiting most transactions that wait for a connection, and most requests that wait to be read
 * @param tenantWaiting most of one tenant that do
 */
@Validated
@ConfigurationProperties("rhizome.shares")
public record SharesProperties(
        @Min(0) @Max(1_000) @DefaultValue("0") int alone,
        @Min(0) @Max(1_000) @DefaultValue("0") int contended,
        @Min(0) @Max(1_000) @DefaultValue("0") int requests,
        @Min(1) @Max(1_000_000) @DefaultValue("2500") int waiting,
        @Min(1) @Max(1_000_000) @DefaultValue("1250") int tenantWaiting) {

    private static final int PROCESSORS = Math.max(2, Runtime.getRuntime().availableProcessors());
    /** A tenant that is alone has as many requests as it likes. */
    private static final int MANY = 1_000_000;
    /** A request that takes longer waits for something: its body, a statement, a reader. Then it is no work for a processor. */
    private static final Duration WAITS = Duration.ofMillis(20);

    FairTurns.Limits limits(DatabaseSettings.Limits pool) {
        return new FairTurns.Limits(
                Connections.CONNECTION,
                pool.poolMax(),
                Math.min(alone == 0 ? 2 * PROCESSORS : alone, pool.poolMax()),
                Math.min(contended == 0 ? PROCESSORS : contended, pool.poolMax()),
                tenantWaiting,
                waiting,
                pool.connectionTimeout());
    }

    /** How tenants share the processors before their first statement, which nothing else shares out. */
    public FairTurns.Limits ofRequests(DatabaseSettings.Limits pool) {
        return new FairTurns.Limits(
                "request",
                MANY,
                MANY,
                requests == 0 ? 2 * PROCESSORS : requests,
                tenantWaiting,
                waiting,
                pool.connectionTimeout(),
                WAITS);
    }
}
