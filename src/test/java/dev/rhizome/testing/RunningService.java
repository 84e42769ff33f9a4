package dev.rhizome.testing;

import dev.rhizome.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The service on a random port, started once for all contract tests, on a pool of one connection. */
public final class RunningService implements AutoCloseable {

    /** The operator's key. */
    public static final String OPERATOR = "operator-key-of-the-tests";

    private static final String STREAM_SECRET = "stream-secret-of-the-tests-0123456789";

    private static @Nullable RunningService running;

    private final TestDatabase database;
    private final ConfigurableApplicationContext context;

    private RunningService(TestDatabase database, ConfigurableApplicationContext context) {
        this.database = database;
        this.context = context;
    }

    /** The service, started by whoever asks first. */
    public static synchronized RunningService get() {
        RunningService service = running;
        if (service == null) {
            service = on(TestDatabase.create());
            running = service;
        }
        return service;
    }

    /**
     * A service of its own on {@code database}, with {@code --setting=value}s, of which {@code --DB_POOL_MAX} gives it
     * more connections than one; whoever starts it closes it.
     */
    public static RunningService on(TestDatabase database, String... settings) {
        return new RunningService(database, start(database, settings));
    }

    private static ConfigurableApplicationContext start(TestDatabase database, String... settings) {
        try {
            Map<String, Object> variables = new HashMap<>(database.variables(1));
            variables.put("PORT", "0");
            variables.put("RHIZOME_OPERATOR_KEY", OPERATOR);
            variables.put("RHIZOME_SHUTDOWN_DRAIN", "0s"); // nobody sends to it any more when a test closes it
            variables.put("RHIZOME_STREAM_SECRET", STREAM_SECRET);
            // All tests come from one address, and show many a bad token.
            variables.put("RHIZOME_HTTP_REFUSEDTOKENS_BURST", "1000000");
            variables.put(
                    "RHIZOME_HOME", Files.createTempDirectory("rhizome-home").toString());
            return new SpringApplicationBuilder(Application.class)
                    .environment(of(variables))
                    .run(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The machine's own variables stay out: a PORT among them would be every service's, and only one can have it. */
    private static ConfigurableEnvironment of(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, variables));
        return environment;
    }

    /** What {@code tenant} has in the database: the first column of the rows of {@code sql}. */
    public List<String> rows(String tenant, String sql) {
        try {
            return database.asApplication(UUID.fromString(tenant), sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The components of the service that are of {@code type}. */
    public <T> Collection<T> beans(Class<T> type) {
        return context.getBeansOfType(type).values();
    }

    /** The one component of {@code type}. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Stops it. */
    @Override
    public void close() {
        context.close();
    }

    /** Where the service listens. */
    public int port() {
        return Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.server.port")));
    }

    /** Where its management listens, if that has a port of its own. */
    public int managementPort() {
        return Integer.parseInt(String.valueOf(context.getEnvironment().getProperty("local.management.port")));
    }

    /** The database that the service works on. */
    public TestDatabase database() {
        return database;
    }

    /** A client with {@code key}, or with none; its answers are checked against the document. */
    public WebTestClient client(@Nullable String key) {
        WebTestClient.Builder builder = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port())
                .responseTimeout(Duration.ofSeconds(20))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(64 * 1024 * 1024))
                .filter(new ContractFilter());
        return (key == null ? builder : builder.defaultHeader("Authorization", "Bearer " + key)).build();
    }

    /** A client with {@code key} that waits for nothing. */
    public JsonClient json(String key) {
        return new JsonClient(port(), key);
    }

    /** A client with {@code key} that sends what it is given as it is. */
    public RawClient raw(String key) {
        return new RawClient(port(), key);
    }

    /** A new tenant; gives its id. */
    public String newTenant(String slug) {
        return text(
                client(OPERATOR)
                        .post()
                        .uri("/v1/tenants")
                        .bodyValue(Map.of("slug", slug))
                        .exchange()
                        .expectStatus()
                        .isCreated()
                        .expectBody(Map.class)
                        .returnResult()
                        .getResponseBody(),
                "id");
    }

    /** A new key of a tenant. */
    public String newKey(String tenant, String role) {
        return text(
                client(OPERATOR)
                        .post()
                        .uri("/v1/tenants/" + tenant + "/keys")
                        .bodyValue(Map.of("name", role, "role", role))
                        .exchange()
                        .expectStatus()
                        .isCreated()
                        .expectBody(Map.class)
                        .returnResult()
                        .getResponseBody(),
                "key");
    }

    private static String text(@Nullable Map<?, ?> body, String field) {
        return String.valueOf(body == null ? null : body.get(field));
    }
}
