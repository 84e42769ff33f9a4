package dev.rhizome.extraction;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** A process that runs {@link ExtractionWorker}. It knows nothing of the service: no environment, no secret, no connection. */
final class ExtractionProcess {

    private final ExtractionProperties properties;
    private final Process process;
    private final DataOutputStream files;
    private final DataInputStream answers;
    private volatile boolean ended;

    private ExtractionProcess(ExtractionProperties properties, Process process) {
        this.properties = properties;
        this.process = process;
        this.files = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
        this.answers = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    }

    /** Starts one, which is ready some tenths of a second later. */
    static ExtractionProcess start(ExtractionProperties properties) {
        ProcessBuilder builder = new ProcessBuilder(command(properties)).redirectError(Redirect.DISCARD);
        builder.environment().clear();
        try {
            return new ExtractionProcess(properties, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException("no process that reads files can be started", e);
        }
    }

    /** In a jar that holds jars only Spring Boot's loader finds the classes. */
    private static List<String> command(ExtractionProperties properties) {
        String worker = ExtractionWorker.class.getName();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + properties.memory().toKilobytes() + "k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                // PDFBox would write down in the user's home which fonts there are.
                "-Dpdfbox.fontcache=" + System.getProperty("java.io.tmpdir"),
                "-cp",
                System.getProperty("java.class.path")));
        if (isNested()) {
            command.addAll(
                    List.of("-Dloader.main=" + worker, "org.springframework.boot.loader.launch.PropertiesLauncher"));
        } else {
            command.add(worker);
        }
        command.addAll(List.of(String.valueOf(properties.maxText()), String.valueOf(properties.maxPages())));
        return command;
    }

    private static boolean isNested() {
        return String.valueOf(ExtractionWorker.class.getResource("ExtractionWorker.class"))
                .startsWith("jar:nested:");
    }

    boolean isAlive() {
        return !ended && process.isAlive();
    }

    /**
     * What a file says. Blocks, for no longer than it may take; a process that takes longer is ended.
     *
     * @throws Unreadable where it says nothing, takes too long, or more memory than the process has
     */
    ExtractedText read(Source source) throws Unreadable {
        AtomicBoolean late = new AtomicBoolean();
        Disposable end = Schedulers.parallel()
                .schedule(
                        () -> {
                            late.set(true);
                            end();
                        },
                        properties.maxTime().toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            Wire.write(source, files);
            files.flush();
            return Wire.readAnswer(answers);
        } catch (IOException ended) {
            end();
            throw late.get()
                    ? new Unreadable(
                            "not read within " + properties.maxTime().toSeconds() + " s",
                            "a simpler document, or its parts")
                    : new Unreadable(
                            "takes more than " + properties.memory().toMegabytes() + " MB of memory to read",
                            "a simpler document, or its parts");
        } finally {
            end.dispose();
        }
    }

    /** Ends it, whatever it does. */
    void end() {
        ended = true;
        // Not process.destroyForcibly(), which would wait for whoever writes to the process.
        boolean unused = process.toHandle().destroyForcibly();
    }
}
