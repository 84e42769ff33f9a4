package dev.rhizome;

import dev.rhizome.cli.RhizomeCommand;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The program: the command line, whose {@code serve} starts the service that is scanned from here. */
@SpringBootApplication
@EnableScheduling
public class Application {

    /** Runs the command line and exits with its status. */
    public static void main(String[] arguments) {
        int status = RhizomeCommand.run(Application.class, arguments);
        if (status != RhizomeCommand.KEEP_RUNNING) {
            System.exit(status);
        }
    }
}
