package dev.rhizome.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.cli.RhizomeCommand;
import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chain of ten entries, and an administrator of its database who changes it behind the service's back, with the triggers
 * out of the way. The fourth entry was erased by the sixth; heads are of the entries 4 and 8, and of 10, kept elsewhere too.
 */
final class Tampering implements AutoCloseable {

    static final List<String> TABLES = List.of(
            "caws_provenance_graph",
            "provenance_payloads",
            "provenance_mentions",
            "provenance_checkpoints",
            "provenance_chains");

    private final TestDatabase database = TestDatabase.create();
    private final RunningService service = RunningService.on(database, "--rhizome.provenance.head-every=4");
    private final String tenant = service.newTenant("tampered");
    private final String other = service.newTenant("other");
    private final JsonClient admin = service.json(service.newKey(tenant, "admin"));
    private final Path directory;
    private final Path key;
    private final Path head;

    Tampering() throws IOException {
        directory = Files.createTempDirectory("tampering");
        add("{\"type\":\"spec\",\"id\":\"s1\"}");
        add("{\"type\":\"policy\",\"id\":\"p1\",\"description\":\"a policy\"}");
        add("""
                {"type":"verdict","id":"v1","parent":{"type":"spec","id":"s1"},"description":"kept to the rules",
                 "references":["caws.budget"],"specHash":"abc","scores":{"evidenceCompleteness":0.9,"budgetAdherence":0.8,
                 "gateIntegrity":0.7,"provenanceClarity":0.6},"subject":"ada","about":["plan"],
                 "relationships":[{"source":"plan","type":"PART_OF","target":"work"}],"derivedFrom":["source"],
                 "metadata":{"a":1},"at":"2026-01-31T12:00:00Z"}
                """);
        add("{\"type\":\"waiver\",\"id\":\"w1\",\"subject\":\"bob\",\"description\":\"about bob\"}");
        add("{\"type\":\"gate\",\"id\":\"g1\"}");
        assertThat(Objects.requireNonNull(
                                admin.delete("/v1/provenance/waiver/w1/payload").block())
                        .status())
                .isEqualTo(200);
        for (int i = 7; i <= 10; i++) {
            add("{\"type\":\"budget\",\"id\":\"b" + i + "\",\"metadata\":{\"n\":" + i + "}}");
        }
        head = Files.writeString(
                directory.resolve("head.json"), get("/v1/provenance/head").toString());
        key = Files.writeString(
                directory.resolve("key.pem"),
                get("/v1/provenance/keys").at("/items/0/pem").asString());
        database.asAdministrator("create schema kept");
        TABLES.forEach(
                table -> database.asAdministrator("create table kept." + table + " as select * from rhizome." + table));
    }

    private void add(String entry) {
        assertThat(Objects.requireNonNull(admin.post("/v1/provenance", entry).block())
                        .status())
                .isEqualTo(201);
    }

    /** Changes rows past triggers and row-level security. {@code $T} is the tenant, {@code $O} another. */
    void change(String... statements) {
        database.asAdministrator(Stream.concat(
                        Stream.of("set session_replication_role = replica", "set search_path = rhizome, public"),
                        Stream.of(statements)
                                .map(sql ->
                                        sql.replace("$T", "'" + tenant + "'").replace("$O", "'" + other + "'")))
                .toArray(String[]::new));
    }

    /** Makes all as it was. */
    void restore() {
        TABLES.forEach(
                table -> change("delete from " + table, "insert into " + table + " select * from kept." + table));
    }

    /** Columns of a table, each with its type. */
    static List<String> columns(TestDatabase of, String table) {
        try {
            return of.asApplication(null, """
                    select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
                     where attrelid = 'rhizome.%s'::regclass and attnum > 0 and not attisdropped order by attnum
                    """.formatted(table));
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another value of a column, as SQL. */
    static String another(String column, String type) {
        return switch (type) {
            case "text" -> column.endsWith("_type") && !column.equals("key_type") ? "'gate'" : column + " || 'x'";
            case "real" -> "0.125";
            case "text[]" -> "array_append(" + column + ", 'x')";
            case "bigint[]" -> "array_append(" + column + ", 1)";
            case "timestamp with time zone" -> column + " + interval '1 microsecond'";
            case "bytea" -> "set_byte(" + column + ", 0, get_byte(" + column + ", 0) # 1)";
            case "smallint", "bigint" -> column + " + 1000";
            case "jsonb" -> column + " || '{\"x\": 1}'";
            case "uuid" -> "$O";
            default -> throw new IllegalStateException("no other value is known for " + type);
        };
    }

    /** What the service says of the chain. */
    JsonNode verdict() {
        return get("/v1/provenance/verify");
    }

    /** What the service says of the chain, given the head that was kept. */
    JsonNode verdictAgainstTheHead() throws IOException {
        return Objects.requireNonNull(admin.post("/v1/provenance/verify", Files.readString(head))
                        .block())
                .body();
    }

    JsonNode get(String path) {
        JsonClient.Answer answer = Objects.requireNonNull(admin.get(path).block());
        assertThat(answer.status()).as(path).isEqualTo(200);
        return answer.body();
    }

    /** The chain as the service exports it now. */
    Path export() throws IOException {
        String lines = Objects.requireNonNull(
                        admin.getLines("/v1/provenance/export").block())
                .body()
                .valueStream()
                .map(JsonNode::toString)
                .collect(Collectors.joining("\n", "", "\n"));
        return Files.writeString(directory.resolve("chain.ndjson"), lines);
    }

    /** A file with these lines. */
    Path file(List<String> lines) throws IOException {
        return Files.write(directory.resolve("made-up.ndjson"), lines);
    }

    /** Lines of the chain as it is exported, to be changed. */
    List<ObjectNode> lines() throws IOException {
        List<ObjectNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(export())) {
            lines.add((ObjectNode) JsonMapper.shared().readTree(line));
        }
        return lines;
    }

    /** What {@code rhizome verify-chain} says, its exit status in front. */
    String offline(Path file, String... options) {
        java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();
        java.io.PrintStream before = System.out;
        System.setOut(new java.io.PrintStream(said, true, java.nio.charset.StandardCharsets.UTF_8));
        try {
            List<String> arguments = new ArrayList<>(List.of("verify-chain", file.toString()));
            arguments.addAll(List.of(options));
            int status = RhizomeCommand.run(Tampering.class, arguments.toArray(String[]::new));
            return status + " " + said.toString(java.nio.charset.StandardCharsets.UTF_8);
        } finally {
            System.setOut(before);
        }
    }

    String offlineWithKey(Path file) {
        return offline(file, "--key", key.toString());
    }

    String offlineWithHead(Path file) {
        return offline(file, "--key", key.toString(), "--head", head.toString());
    }

    TestDatabase database() {
        return database;
    }

    UUID tenant() {
        return UUID.fromString(tenant);
    }

    RunningService service() {
        return service;
    }

    JsonClient admin() {
        return admin;
    }

    @Override
    public void close() {
        service.close();
    }
}
