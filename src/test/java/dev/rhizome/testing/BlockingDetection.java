package dev.rhizome.testing;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;
import reactor.blockhound.BlockHound;

/**
 * Has blocking calls on event loops fail, from the first test on. Not earlier: with several test processes Maven looks
 * for tests in its own process, which must not be instrumented.
 */
public final class BlockingDetection implements TestExecutionListener {

    @Override
    public void testPlanExecutionStarted(TestPlan plan) {
        BlockHound.install();
    }
}
