package dev.rhizome.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** The calls that BlockHound takes for blocking in an event loop, and that do not wait for anything. */
public final class AllowedBlocking implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Reads /dev/urandom, which never waits once the machine is up: the driver's SCRAM nonce, new keys, random ids.
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes");
    }
}
