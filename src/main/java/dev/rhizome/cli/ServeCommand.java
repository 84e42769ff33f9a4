package dev.rhizome.cli;

import dev.rhizome.cli.service.LocalService;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code rhizome serve}. */
@Command(name = "serve", description = "Migrates where it may, checks the database, and serves HTTP on PORT (8080).")
final class ServeCommand implements Callable<Integer> {

    private final Class<?> application;

    ServeCommand(Class<?> application) {
        this.application = application;
    }

    @Override
    public Integer call() {
        LocalService.start(application);
        return RhizomeCommand.KEEP_RUNNING;
    }
}
