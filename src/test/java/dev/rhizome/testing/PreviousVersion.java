package dev.rhizome.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The version of the program before this one, made of the repository's history: the newest tag; without tags, the commit in front of
 * the newest change of the migrations. Versions from before ADR 30 run on no schema but their own, so the commit that brought it is
 * the oldest.
 *
 * @param commit of its sources
 * @param classes with its resources
 */
public record PreviousVersion(String commit, Path classes) {

    /** Came with the first version that was built as a whole under the rules of ADR 30. */
    private static final String SINCE = "docs/reliability.md";

    private static final Path BUILDS = Path.of("target", "previous");

    /** Compiles it, with the libraries of this version; once for each commit. */
    public static PreviousVersion build() throws IOException, InterruptedException {
        String commit = chosen();
        Path classes = BUILDS.resolve(commit);
        if (!Files.exists(classes)) {
            Path sources = Files.createTempDirectory("rhizome-previous");
            Path unfinished = Files.createDirectories(sources.resolve("classes"));
            run("sh", "-c", "git archive " + commit + " src/main migrations | tar -x -C " + sources);
            compile(sources.resolve("src/main/java"), unfinished);
            run("cp", "-r", sources + "/src/main/resources/.", sources + "/migrations", unfinished.toString());
            Files.createDirectories(BUILDS);
            run("mv", unfinished.toString(), classes.toString());
        }
        return new PreviousVersion(commit, classes.toAbsolutePath());
    }

    private static String chosen() throws IOException, InterruptedException {
        if (git("rev-parse", "--is-shallow-repository").equals("true")) {
            throw new IllegalStateException(
                    "this test needs the repository's history, and this clone is shallow: git fetch --unshallow");
        }
        String candidate = candidate();
        String oldest = git("log", "--diff-filter=A", "--format=%H", "--", SINCE);
        return !oldest.isEmpty() && isAncestor(candidate, oldest) ? oldest : candidate;
    }

    private static String candidate() throws IOException, InterruptedException {
        List<String> tags =
                git("tag", "--merged", "HEAD^", "--sort=-creatordate").lines().toList();
        if (!tags.isEmpty()) {
            return git("rev-parse", tags.getFirst() + "^{commit}");
        }
        return git("status", "--porcelain", "migrations").isEmpty()
                ? git("rev-parse", git("log", "-1", "--format=%H", "--", "migrations") + "^")
                : git("rev-parse", "HEAD");
    }

    private static boolean isAncestor(String one, String other) throws IOException, InterruptedException {
        return new ProcessBuilder("git", "merge-base", "--is-ancestor", one, other)
                        .start()
                        .waitFor()
                == 0;
    }

    private static String git(String... arguments) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of("git"), Arrays.stream(arguments)).toArray(String[]::new));
    }

    private static void compile(Path sources, Path classes) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--release", "21", "-parameters", "-proc:none", "-nowarn"));
        arguments.addAll(List.of("-d", classes.toString(), "-classpath", libraries()));
        try (Stream<Path> files = Files.walk(sources)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        Path list = Files.write(classes.resolveSibling("arguments"), arguments);
        String ignored = run(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-J-XX:TieredStopAtLevel=1", // it ends before the second compiler pays
                "-J-XX:+UseSerialGC",
                "@" + list);
    }

    /** The class path without what is ours. */
    public static String libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> entry.endsWith(".jar"))
                .filter(entry -> !Path.of(entry).startsWith(Path.of("").toAbsolutePath()))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new UncheckedIOException(new IOException(String.join(" ", command) + ": " + output));
        }
        return output;
    }
}
