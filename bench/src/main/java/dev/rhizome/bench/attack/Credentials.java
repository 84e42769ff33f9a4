package dev.rhizome.bench.attack;

import dev.rhizome.bench.attack.TokenForge.Flaw;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * With what one side of a duel shows itself: good keys and tokens of the attacker's own tenant, and forged ones that name the
 * victim's.
 *
 * @param names whom it attacks
 * @param keys of the attacker, by role
 * @param forge of JWTs, null where the service trusts no issuer of ours
 */
record Credentials(
        Names names, Map<String, String> keys, @Nullable TokenForge forge) {

    private static final List<String> ROLES = List.of("admin", "writer", "reader", "auditor");
    private static final List<Flaw> FLAWS = List.copyOf(EnumSet.complementOf(EnumSet.of(Flaw.NONE)));
    private static final String PREFIX = "rz_";
    private static final int FORGED = 12;
    private static final int JWT = 8;

    /**
     * What is shown.
     *
     * @param token of the header
     * @param isGood whether it is really the attacker's
     * @param kind for messages
     */
    record Shown(String token, boolean isGood, String kind) {}

    /** Any, a good one most of the time. */
    Shown shown(Draw draw) {
        if (draw.chance(FORGED)) {
            return forge != null && draw.chance(60) ? jwt(forge, draw) : key(draw);
        }
        if (forge != null && draw.chance(JWT)) {
            return new Shown(forge.token(Flaw.NONE, names.attacker(), names.victim()), true, "JWT");
        }
        String role = draw.chance(40) ? "admin" : draw.of(ROLES);
        return new Shown(keys.getOrDefault(role, ""), true, role);
    }

    private Shown jwt(TokenForge issuer, Draw draw) {
        Flaw flaw = draw.of(FLAWS);
        return new Shown(issuer.token(flaw, names.attacker(), names.victim()), false, flaw.name());
    }

    private Shown key(Draw draw) {
        String own = keys.getOrDefault("admin", "");
        byte[] bytes = Base64.getUrlDecoder().decode(own.substring(PREFIX.length()));
        UUID theirs = UUID.fromString(draw.of(names.keyIds()));
        UUID victim = UUID.fromString(names.victim());
        int kind = draw.between(0, 7);
        String token = switch (kind) {
            case 0 -> forged(bytes, victim, theirs);
            case 1 -> forged(bytes, null, theirs);
            case 2 -> forged(bytes, victim, null);
            case 3 -> own.substring(0, own.length() - draw.between(1, 40));
            case 4 -> PREFIX + swapped(own.substring(PREFIX.length()));
            case 5 -> own + "A";
            case 6 -> own.substring(0, own.length() - 1) + next(own.charAt(own.length() - 1));
            default -> "RZ_" + own.substring(PREFIX.length());
        };
        return new Shown(token, false, "forged key " + kind);
    }

    /** Another last character for the same bytes: of its bits, four are in none of them. */
    private static char next(char last) {
        return (char) (last + 1);
    }

    private static String swapped(String text) {
        return text.chars()
                .map(letter ->
                        Character.isUpperCase(letter) ? Character.toLowerCase(letter) : Character.toUpperCase(letter))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String forged(byte[] own, @Nullable UUID tenant, @Nullable UUID key) {
        ByteBuffer bytes = ByteBuffer.wrap(own.clone());
        put(bytes, 0, tenant);
        put(bytes, 16, key);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    private static void put(ByteBuffer bytes, int at, @Nullable UUID id) {
        if (id != null) {
            bytes.putLong(at, id.getMostSignificantBits()).putLong(at + 8, id.getLeastSignificantBits());
        }
    }
}
