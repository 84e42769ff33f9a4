package dev.rhizome.cli;

import dev.rhizome.http.ShutdownProperties;
import java.util.concurrent.Callable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
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
        ConfigurableApplicationContext service = SpringApplication.run(application);
        Termination.limit(service.getBean(ShutdownProperties.class).limit());
        System.gc(); // gives the 100 MB back that loading the model left behind
        return RhizomeCommand.KEEP_RUNNING;
    }
}
