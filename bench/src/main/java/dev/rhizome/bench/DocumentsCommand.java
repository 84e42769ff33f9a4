package dev.rhizome.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench documents}. */
@Command(
        name = "documents",
        description = "How fast real files are taken, which are refused, and whether a sentence of each finds it.",
        footer = {
            "",
            "Files are those below DIR whose names end in .html, .htm, .md, .txt, .pdf or .pdf.gz, drawn at random. A sentence"
                    + " of 8 to 40 words is drawn from each document, and searched for with groupBy=document."
        })
final class DocumentsCommand implements Callable<Integer> {

    private static final int LARGEST = 10 << 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Parameters(paramLabel = "DIR", description = "Where the files are, at any depth.")
    private Path directory = Path.of("");

    @Option(names = "--files", paramLabel = "N", description = "At most, drawn at random (${DEFAULT-VALUE}).")
    private int files = 300;

    @Option(names = "--at-once", paramLabel = "N", description = "Files that are sent at a time (${DEFAULT-VALUE}).")
    private int atOnce = 2;

    DocumentsCommand() {
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        BenchOptions.atLeast("--files", files, 1);
        BenchOptions.atLeast("--at-once", atOnce, 1);
        List<Path> drawn = drawn();
        try (Session session = Session.open(options, spec.commandLine().getOut())) {
            session.report("documents", settings(), new DocumentsRun(session, directory, atOnce).measure(drawn));
        }
        return 0;
    }

    private List<Path> drawn() {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> found = new ArrayList<>(
                    all.filter(DocumentsCommand::isTaken).sorted().toList());
            if (found.isEmpty()) {
                throw new IllegalArgumentException("DIR: " + directory + " (expected: a directory with documents)");
            }
            Collections.shuffle(found, new Random(options.seed()));
            return List.copyOf(found.subList(0, Math.min(files, found.size())));
        } catch (IOException e) {
            throw new UncheckedIOException("DIR cannot be read: " + directory, e);
        }
    }

    private static boolean isTaken(Path file) {
        try {
            return Files.isRegularFile(file)
                    && Files.size(file) <= LARGEST
                    && !DocumentsRun.mediaType(file).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("directory", directory.toString());
        told.put("files", files);
        told.put("atOnce", atOnce);
        told.put("seed", options.seed());
        return told;
    }
}
