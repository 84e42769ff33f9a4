package dev.rhizome.cli;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
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
        start(application);
        return RhizomeCommand.KEEP_RUNNING;
    }

    /** Starts the service; it is ready when this returns. */
    @CanIgnoreReturnValue
    static ConfigurableApplicationContext start(Class<?> application) {
        SpringApplication service = new SpringApplication(application);
        service.setRegisterShutdownHook(true);
        ConfigurableApplicationContext running = service.run();
        System.gc(); // gives the 100 MB back that loading the model left behind
        return running;
    }
}
