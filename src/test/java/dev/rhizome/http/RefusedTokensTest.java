package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.problem.ShareExceeded;
import dev.rhizome.problem.Unauthenticated;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How refused tokens are counted by the address that they come from. */
class RefusedTokensTest {

    private static final InetSocketAddress ONE = new InetSocketAddress("192.0.2.1", 1);
    private static final InetSocketAddress ANOTHER = new InetSocketAddress("192.0.2.2", 1);

    private final AtomicLong now = new AtomicLong();
    private final RefusedTokens tokens = new RefusedTokens(new RefusedTokensProperties(3, 2), now::get);

    @Test
    void aBurstIsToldThatItsTokensAreUnknownAndThenToWait() {
        for (int i = 0; i < 3; i++) {
            assertThat(tokens.refuse(ONE)).isInstanceOf(Unauthenticated.class);
        }
        assertThat(tokens.refuse(ONE)).isInstanceOf(ShareExceeded.class);
        assertThat(tokens.refuse(new InetSocketAddress("192.0.2.1", 2))).isInstanceOf(ShareExceeded.class);
        assertThat(tokens.refuse(ANOTHER)).isInstanceOf(Unauthenticated.class);
        assertThat(tokens.count()).isEqualTo(6);
    }

    @Test
    void anAddressHasItsRateAgainWithTime() {
        for (int i = 0; i < 10; i++) {
            assertThat(tokens.refuse(ONE)).isNotNull();
        }
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));

        assertThat(tokens.refuse(ONE)).isInstanceOf(Unauthenticated.class);
        assertThat(tokens.refuse(ONE)).isInstanceOf(ShareExceeded.class);
    }

    @Test
    void oneNetworkOfIpV6IsOneAddress() {
        for (int i = 0; i < 3; i++) {
            assertThat(tokens.refuse(new InetSocketAddress("2001:db8:0:1::" + i, 1)))
                    .isInstanceOf(Unauthenticated.class);
        }
        assertThat(tokens.refuse(new InetSocketAddress("2001:db8:0:1:f::9", 1))).isInstanceOf(ShareExceeded.class);
        assertThat(tokens.refuse(new InetSocketAddress("2001:db8:0:2::1", 1))).isInstanceOf(Unauthenticated.class);
    }
}
