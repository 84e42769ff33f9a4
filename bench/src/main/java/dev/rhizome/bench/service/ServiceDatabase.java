package dev.rhizome.bench.service;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The database of a service that was started here, by the same variables. */
public final class ServiceDatabase {

    private static final String TEN_SECONDS = "10";

    private final Map<String, String> environment;
    private final String options;

    /** The database that the variables of {@code environment} name, asked what no tenant owns. */
    public ServiceDatabase(Map<String, String> environment) {
        this(environment, "");
    }

    private ServiceDatabase(Map<String, String> environment, String options) {
        this.environment = environment;
        this.options = options;
    }

    /** The same database as {@code tenant} sees it. */
    public ServiceDatabase ofTenant(String tenant) {
        return new ServiceDatabase(environment, "-c app.current_tenant=" + tenant);
    }

    /** The rows of {@code sql}, each as its columns in their order. */
    public List<List<String>> rows(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(address(), credentials());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    row.add(String.valueOf(result.getString(column)));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    /** Variables by which PostgreSQL's own programs find the database, as the service's role. */
    public Map<String, String> forPrograms() {
        URI uri = URI.create(address().substring("jdbc:".length()));
        Properties credentials = credentials();
        return Map.of(
                "PGHOST", uri.getHost(),
                "PGPORT", String.valueOf(uri.getPort() < 0 ? 5432 : uri.getPort()),
                "PGDATABASE", uri.getPath().substring(1),
                "PGUSER", credentials.getProperty("user"),
                "PGPASSWORD", credentials.getProperty("password"));
    }

    private String address() {
        String url = environment.get("DATABASE_URL");
        if (url == null || url.isBlank()) {
            return "jdbc:postgresql://" + variable("DB_HOST", "localhost") + ":" + variable("DB_PORT", "5432") + "/"
                    + variable("DB_NAME", "rhizome");
        }
        URI uri = URI.create(url);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return "jdbc:postgresql://" + uri.getHost() + port + uri.getRawPath();
    }

    private Properties credentials() {
        Properties properties = new Properties();
        properties.setProperty("user", variable("DB_USER", "rhizome_app"));
        properties.setProperty("password", variable("DB_PASSWORD", ""));
        properties.setProperty("connectTimeout", TEN_SECONDS);
        properties.setProperty("socketTimeout", TEN_SECONDS);
        properties.setProperty("options", options);
        if (Boolean.parseBoolean(variable("DB_SSL", "false"))) {
            properties.setProperty("sslmode", "verify-full");
        }
        String url = environment.get("DATABASE_URL");
        String user = url == null || url.isBlank() ? null : URI.create(url).getRawUserInfo();
        if (user != null) {
            String[] parts = user.split(":", 2);
            properties.setProperty("user", URLDecoder.decode(parts[0], StandardCharsets.UTF_8));
            properties.setProperty(
                    "password", parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return properties;
    }

    private String variable(String name, String otherwise) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
