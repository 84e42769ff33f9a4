package dev.rhizome.cli.service;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.tenancy.OperatorKey;
import java.net.URI;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/** The service in this process. */
public final class LocalService implements AutoCloseable {

    private static final String[] PRIVATE = {"--server.address=127.0.0.1", "--server.port=0"};

    private final ConfigurableApplicationContext context;

    private LocalService(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** The service on PORT, ready, until the process is asked to end. */
    @CanIgnoreReturnValue
    public static LocalService start(Class<?> application) {
        return run(application, true);
    }

    /** A service on a free port of the loopback address, ready; whoever starts it closes it. */
    public static LocalService startPrivate(Class<?> application) {
        return run(application, false, PRIVATE);
    }

    private static LocalService run(Class<?> application, boolean untilTheProcessEnds, String... settings) {
        SpringApplication service = new SpringApplication(application);
        service.setRegisterShutdownHook(untilTheProcessEnds);
        LocalService running = new LocalService(service.run(settings));
        System.gc(); // gives the 100 MB back that loading the model left behind
        return running;
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://localhost:" + environment().getProperty("local.server.port", "8080"));
    }

    /** The operator's key, as configured or as kept in its home. */
    public String operatorKey() {
        return OperatorKey.resolve(
                environment().getProperty("rhizome.operator-key", ""),
                Path.of(environment().getProperty("rhizome.home", ".rhizome")));
    }

    /** The one component of {@code type}. */
    public <T> T component(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }

    private Environment environment() {
        return context.getEnvironment();
    }
}
