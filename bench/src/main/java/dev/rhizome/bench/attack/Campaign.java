package dev.rhizome.bench.attack;

import dev.rhizome.bench.attack.Verdict.Count;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A victim on a running service, and duels against it. */
public final class Campaign implements AutoCloseable {

    private static final List<String> ROLES = List.of("admin", "writer", "reader", "auditor");
    private static final List<String> PAGED = List.of(
            "/v1/agents",
            "/v1/events",
            "/v1/events/anomalies",
            "/v1/benchmarks/datasets",
            "/v1/benchmarks/evaluations");
    private static final int EVENT_ID_BYTES = 29;

    private final Wire wire;
    private final String operator;
    private final ApiDescription api;
    private final @Nullable TokenForge forge;
    private final Verdict verdict = new Verdict();
    private final Draw draw;
    private final String slug;
    private final String secret;
    private final Names victim;
    private final Names nobody;
    private final Estate estate;
    private final List<String> before;

    /**
     * Makes the victim.
     *
     * @param wire to the service
     * @param operator its operator's key
     * @param forge an issuer that the service trusts, null where it trusts none of ours
     * @param seed of all that is drawn
     */
    public Campaign(Wire wire, String operator, @Nullable TokenForge forge, long seed) {
        this.wire = wire;
        this.operator = operator;
        this.forge = forge;
        this.draw = new Draw(seed);
        this.api = new ApiDescription(wire.get("/openapi.yaml", "*/*", "").body());
        this.slug = "bench-attack-" + Long.toHexString(System.nanoTime());
        String mark = word("0123456789abcdef");
        this.secret = "zq" + word("abcdefghijklmnop");
        String real = mark + Telling.ENDS.charAt(0);
        String id = newTenant("victim");
        String key = newKey(id, "admin");
        List<String> ids = Stream.of(
                        Names.theirs(real),
                        Names.SHARED,
                        IntStream.range(0, 3)
                                .mapToObj(number -> secret + "-" + number)
                                .toList())
                .flatMap(List::stream)
                .toList();
        this.estate = new Estate(wire, key, ids, secret);
        estate.build();
        List<String> cursors = cursors(key);
        List<String> events = eventIds(key);
        List<String> keys = wire.sent("GET", "/v1/tenants/" + id + "/keys", operator, "")
                .path("items")
                .valueStream()
                .map(item -> item.path("id").asString())
                .toList();
        String other = mark + Telling.ENDS.charAt(1);
        this.victim = new Names("", id, real, keys, cursors, events);
        this.nobody = new Names(
                "",
                neighbour(id),
                other,
                keys.stream().map(Campaign::neighbour).toList(),
                cursors.stream().map(cursor -> changed(cursor, real, other)).toList(),
                events.stream().map(each -> randomEventId()).toList());
        this.before = estate.read();
    }

    /** Another UUID, nearly certainly nobody's, that stands in every order where {@code uuid} does. */
    private static String neighbour(String uuid) {
        UUID known = UUID.fromString(uuid);
        return new UUID(known.getMostSignificantBits(), known.getLeastSignificantBits() ^ 1).toString();
    }

    /** What was seen so far. */
    public Verdict verdict() {
        return verdict;
    }

    /** Id of the victim. */
    public String victim() {
        return victim.victim();
    }

    /** Two new attackers send {@code rounds} requests each, or fewer where they come apart; then they are deleted. */
    public void duel(long seed, int rounds) {
        String real = newTenant("a" + Long.toHexString(seed));
        String nobodys = newTenant("n" + Long.toHexString(seed));
        try {
            Duel duel = new Duel(wire, api, verdict, secret, attacker(real, victim), attacker(nobodys, nobody));
            Draw seeds = new Draw(seed);
            boolean together = true;
            for (int round = 0; together && round < rounds; round++) {
                together = duel.round(seeds.seed());
            }
        } finally {
            delete(real);
            delete(nobodys);
        }
    }

    /** The victim reads all it has, which must be what it was. */
    public void look() {
        List<String> now = estate.read();
        verdict.count(Count.VICTIM_READS);
        for (int i = 0; i < now.size(); i++) {
            if (!now.get(i).equals(before.get(i))) {
                verdict.found(Count.VICTIM_CHANGED, before.get(i) + "\n    now " + now.get(i));
            }
        }
    }

    private Credentials attacker(String tenant, Names target) {
        Map<String, String> keys = new HashMap<>();
        ROLES.forEach(role -> keys.put(role, newKey(tenant, role)));
        List<String> ids = new ArrayList<>(Names.OWN);
        ids.addAll(Names.SHARED);
        new Estate(wire, keys.getOrDefault("admin", ""), ids, "clock").build();
        Names names =
                new Names(tenant, target.victim(), target.mark(), target.keyIds(), target.cursors(), target.eventIds());
        return new Credentials(names, keys, forge);
    }

    private String newTenant(String name) {
        return wire.sent("POST", "/v1/tenants", operator, "{\"slug\":\"" + slug + "-" + name + "\"}")
                .path("id")
                .asString();
    }

    private String newKey(String tenant, String role) {
        String body = "{\"name\":\"" + role + "\",\"role\":\"" + role + "\"}";
        return wire.sent("POST", "/v1/tenants/" + tenant + "/keys", operator, body)
                .path("key")
                .asString();
    }

    private void delete(String tenant) {
        JsonNode unused = wire.sent("DELETE", "/v1/tenants/" + tenant, operator, "");
    }

    private List<String> cursors(String key) {
        List<String> cursors = new ArrayList<>();
        for (String path : PAGED) {
            for (int limit = 1; limit <= Names.SHARED.size(); limit++) {
                JsonNode next = wire.get(path + "?limit=" + limit, "application/json", key)
                        .json()
                        .path("next");
                if (next.isString() && !decoded(next.asString()).contains(secret)) {
                    cursors.add(next.asString());
                }
            }
        }
        return List.copyOf(cursors);
    }

    private List<String> eventIds(String key) {
        return Stream.of("/v1/search?q=" + secret + "&legs=text", "/v1/agents", "/v1/entities/s-0/neighbours")
                .flatMap(path -> wire.get(path, "text/event-stream", key).body().lines())
                .filter(line -> line.startsWith("id:"))
                .map(line -> line.substring("id:".length()))
                .toList();
    }

    private static String decoded(String cursor) {
        return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    }

    private static String changed(String cursor, String mark, String other) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(decoded(cursor).replace(mark, other).getBytes(StandardCharsets.UTF_8));
    }

    private String randomEventId() {
        ByteBuffer bytes = ByteBuffer.allocate(EVENT_ID_BYTES + Long.BYTES);
        while (bytes.position() < EVENT_ID_BYTES) {
            bytes.putLong(draw.seed());
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOf(bytes.array(), EVENT_ID_BYTES));
    }

    /** Sixteen of {@code letters}. */
    private String word(String letters) {
        StringBuilder word = new StringBuilder();
        while (word.length() < 16) {
            word.append(letters.charAt(draw.between(0, letters.length() - 1)));
        }
        return word.toString();
    }

    @Override
    public void close() {
        delete(victim.victim());
    }
}
