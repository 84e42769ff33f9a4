package dev.rhizome.testing;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** The calls that BlockHound takes for blocking in an event loop, and that do not wait for anything. */
public final class AllowedBlocking implements BlockHoundIntegration {

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // Reads /dev/urandom, which never waits once the machine is up: the driver's SCRAM nonce, new keys, random ids.
        builder.allowBlockingCallsInside("sun.security.provider.NativePRNG", "engineNextBytes");
        // Two threads that meet a type for the first time: one waits while the other looks at the class, once.
        builder.allowBlockingCallsInside(
                "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer");
        // The same for records that requests are read into.
        builder.allowBlockingCallsInside("dev.rhizome.binding.Shapes", "of");
        // Clients of the tests look for libraries of XML, which the store of objects brings.
        builder.allowBlockingCallsInside("org.springframework.http.codec.CodecConfigurerFactory", "create");
        // Netty gives its allocator another arena under contention, and waits for the threads that use the old ones.
        builder.allowBlockingCallsInside(
                "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines");
        // A timer that is cancelled leaves its queue, whose lock its thread may hold for a moment.
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
    }
}
