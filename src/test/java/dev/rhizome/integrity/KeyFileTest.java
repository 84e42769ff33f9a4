package dev.rhizome.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However many start at once, there is one key, and it is whole. */
class KeyFileTest {

    private static final int THREADS = 32;
    private static final int PROCESSES = 6;
    private static final int BYTES = 32;

    @TempDir
    private Path folder = Path.of("");

    /** A process that asks for the key at a moment that is given. */
    static final class Start {

        private Start() {}

        /** The file, and the moment in milliseconds. */
        public static void main(String[] arguments) {
            long moment = Long.parseLong(arguments[1]);
            while (System.currentTimeMillis() < moment) {
                Thread.onSpinWait();
            }
            System.out.print(KeyFile.readOrCreate(Path.of(arguments[0]), () -> KeyFile.random(BYTES)));
        }
    }

    private Path home() {
        return folder.resolve("home");
    }

    @Test
    void threadsThatStartAtOnceHaveOneKey() throws Exception {
        for (int round = 0; round < 20; round++) {
            Path file = home().resolve("key-" + round);
            CyclicBarrier barrier = new CyclicBarrier(THREADS);
            Callable<String> start = () -> {
                barrier.await();
                return KeyFile.readOrCreate(file, () -> KeyFile.random(BYTES));
            };
            List<String> keys = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                for (Future<String> key : threads.invokeAll(java.util.Collections.nCopies(THREADS, start))) {
                    keys.add(key.get());
                }
            }

            assertThat(keys)
                    .hasSize(THREADS)
                    .containsOnly(Files.readString(file).strip());
            assertThat(keys.getFirst()).matches("[0-9a-f]{64}");
        }
    }

    @Test
    void processesThatStartAtOnceHaveOneKey() throws Exception {
        Path file = home().resolve("operator.key");
        String moment = String.valueOf(System.currentTimeMillis() + 4_000);
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Start.class.getName(),
                            file.toString(),
                            moment)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        List<String> keys = new ArrayList<>();
        for (Process process : processes) {
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            keys.add(printed.lines().reduce("", (before, line) -> line));
            assertThat(process.waitFor()).isZero();
        }

        assertThat(keys).hasSize(PROCESSES).containsOnly(Files.readString(file).strip());
        assertThat(keys.getFirst()).matches("[0-9a-f]{64}");
    }

    @Test
    void onlyItsOwnerReadsItAndNothingElseIsLeft() throws IOException {
        Path file = home().resolve("operator.key");

        String key = KeyFile.readOrCreate(file, () -> "secret");

        assertThat(key).isEqualTo("secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(home().toFile().list()).containsExactly("operator.key");
    }

    @Test
    void aKeyThatIsThereIsNeverReplaced() {
        Path file = home().resolve("operator.key");

        String first = KeyFile.readOrCreate(file, () -> "first");
        String second = KeyFile.readOrCreate(file, () -> "second");

        assertThat(first).isEqualTo("first");
        assertThat(second).isEqualTo("first");
    }

    @Test
    void anEmptyFileIsNoKey() throws IOException {
        Path file = Files.createFile(folder.resolve("operator.key"));

        assertThatThrownBy(() -> KeyFile.readOrCreate(file, () -> "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("operator.key: empty");
    }
}
