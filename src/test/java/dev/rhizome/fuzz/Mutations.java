package dev.rhizome.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Inputs that are made of a corpus by random changes. The seed is fixed, so that each run tries the same: what the corpus
 * alone does not find, and a search by Jazzer would take minutes for.
 */
public final class Mutations {

    private static final long SEED = 20261126;
    private static final int MOST_CHANGES = 6;
    private static final int LONGEST = 4_096;
    private static final byte[][] TOKENS = Stream.of(
                    "\"",
                    "{",
                    "}",
                    "[",
                    "]",
                    ":",
                    ",",
                    "\\",
                    "\\u0000",
                    "\\ud800",
                    "\\udc00",
                    "null",
                    "true",
                    "-",
                    "0",
                    "1e999",
                    "1e-999",
                    "NaN",
                    "9223372036854775808",
                    "\n",
                    "\r\n",
                    "\0",
                    "%",
                    "%00",
                    "%ED%A0%80",
                    "+",
                    "=",
                    "&",
                    ";",
                    "/",
                    "*/*",
                    ";q=",
                    "\u200b",
                    "\u00e9",
                    "\ud83d\udc1a",
                    "2026-01-31T12:00:00Z",
                    "+999999999-12-31T23:59:59Z")
            .map(token -> token.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);

    private final Random random = new Random(SEED);
    private final List<byte[]> corpus;

    private Mutations(List<byte[]> corpus) {
        this.corpus = corpus;
    }

    /** Mutations of the corpus of {@code method} of {@code test}, a fuzz test. */
    public static Mutations of(Class<?> test, String method) {
        URL folder = test.getResource(test.getSimpleName() + "Inputs/" + method);
        try (Stream<Path> files = Files.list(
                Path.of(Objects.requireNonNull(folder, "corpus of " + method).toURI()))) {
            return new Mutations(files.sorted().map(Mutations::read).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Feeds {@code target} with {@code count} inputs; one that it does not expect is told as text. */
    public void feed(int count, Consumer<byte[]> target) {
        for (int i = 0; i < count; i++) {
            byte[] input = next();
            try {
                target.accept(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "input " + Arrays.toString(input) + ", as text " + new String(input, StandardCharsets.UTF_8),
                        e);
            }
        }
    }

    private byte[] next() {
        byte[] input = corpus.get(random.nextInt(corpus.size()));
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes; i++) {
            input = changed(input);
        }
        return input.length <= LONGEST ? input : Arrays.copyOf(input, LONGEST);
    }

    private byte[] changed(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = from + random.nextInt(input.length - from + 1);
        byte[] head = Arrays.copyOf(input, from);
        byte[] tail = Arrays.copyOfRange(input, to, input.length);
        return switch (random.nextInt(6)) {
            case 0 -> joined(head, tail); // cut out
            case 1 -> joined(input, Arrays.copyOfRange(input, from, to)); // repeat
            case 2 -> joined(head, TOKENS[random.nextInt(TOKENS.length)], tail);
            case 3 ->
                joined(head, TOKENS[random.nextInt(TOKENS.length)], Arrays.copyOfRange(input, from, input.length));
            case 4 -> joined(head, corpus.get(random.nextInt(corpus.size())), tail); // splice
            default ->
                joined(
                        head,
                        new byte[] {(byte) random.nextInt(256)},
                        Arrays.copyOfRange(input, Math.min(from + 1, input.length), input.length));
        };
    }

    private static byte[] joined(byte[]... parts) {
        byte[] joined = new byte[Stream.of(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
