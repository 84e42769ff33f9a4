package dev.rhizome.bench.attack;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** Values for the places of a request: valid ones, the victim's, those of nobody, changed ones, and what no parser likes. */
final class Values {

    /** Letters that are cut off the end of an event's id, at most. */
    static final int LONGEST_CUT = 8;

    private static final List<String> SQL = List.of(
            "'; drop table entities; --",
            "' or '1'='1",
            "\" or \"\"=\"",
            "$1",
            "$$;select 1;$$",
            "a' union select secret_hash::text from rhizome.api_keys --",
            "\\'; reset app.current_tenant; --",
            "%' escape '!",
            "_%",
            "1; set local app.current_tenant = ''",
            "{\"$gt\":\"\"}",
            "' || current_setting('app.current_tenant') || '",
            "\\x00",
            "pg_sleep(1)");
    private static final List<String> UNICODE = List.of(
            "a\0b",
            "\ud800",
            "\udc00a",
            "\u202eelddim\u202c",
            "\u200f\u200e",
            "caf\u00e9",
            "cafe\u0301",
            "\ufb01n",
            "\u212a",
            "\u0130",
            "\u00df",
            "\ufeffs-0",
            "s\u200b-0",
            "\uff53-0",
            "\ud83d\udc1a",
            "\uffff",
            "s-0\u0000",
            "S-0",
            "s-0 ",
            " s-0",
            "s-0/../s-1",
            "s-0%2f",
            "s-0;x=1");
    private static final List<String> WORDS =
            List.of("clock", "river", "bread", "boat", "shows the time", "of the day");
    private static final List<String> TIMES = List.of(
            "2026-01-31T12:00:00Z",
            "2026-03-01T00:00:00Z",
            "2026-11-01T00:00:00Z",
            "1999-01-01T00:00:00Z",
            "yesterday");

    private final Draw draw;
    private final Names names;

    Values(Draw draw, Names names) {
        this.draw = draw;
        this.names = names;
    }

    /** An id of a thing. */
    String id() {
        int kind = draw.between(0, 99);
        if (kind < 25) {
            return draw.of(Names.OWN);
        }
        if (kind < 45) {
            return draw.of(Names.SHARED);
        }
        if (kind < 70) {
            return draw.of(names.theirs());
        }
        if (kind < 80) {
            return changed(draw.of(names.theirs()));
        }
        return kind < 85 ? uuid() : kind < 90 ? "n-" + draw.between(0, 999) : strange();
    }

    /** The id of a tenant, mostly the attacker's own. */
    String tenant() {
        int kind = draw.between(0, 9);
        return kind < 4
                ? names.attacker()
                : kind < 8 ? names.victim() : kind < 9 ? changedUuid(names.victim()) : uuid();
    }

    /** A UUID: the victim's tenant, a key of it, or another. */
    String uuid() {
        int kind = draw.between(0, 9);
        UUID other = new UUID(draw.seed(), draw.seed());
        return kind < 3 ? names.victim() : kind < 8 ? draw.of(names.keyIds()) : other.toString();
    }

    String cursor() {
        String cursor = draw.of(names.cursors());
        int kind = draw.between(0, 9);
        if (kind < 5) {
            return cursor;
        }
        String own = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((id() + "\n" + id()).getBytes(StandardCharsets.UTF_8));
        return kind < 7 ? own : kind < 8 ? cursor + "A" : strange();
    }

    String eventId() {
        String id = draw.of(names.eventIds());
        return draw.chance(60) ? id : id.substring(0, id.length() - draw.between(1, LONGEST_CUT));
    }

    /** Text that says nothing of the victim, since a model would see how it is written. */
    String text() {
        return draw.chance(70) ? draw.of(WORDS) + " " + draw.of(WORDS) : strange();
    }

    String time() {
        return draw.of(TIMES);
    }

    /** What no parser likes. */
    String strange() {
        return draw.chance(50) ? draw.of(SQL) : draw.of(UNICODE);
    }

    /** Outside of the mark, whose two forms must change alike. */
    private String changed(String id) {
        return switch (draw.between(0, 6)) {
            case 0 -> id.toUpperCase(Locale.ROOT);
            case 1 -> id.substring(0, id.length() - 1);
            case 2 -> id + "\u200b";
            case 3 -> "\u202e" + id;
            case 4 -> "entity:" + id;
            case 5 -> Normalizer.normalize("\ufb01" + id, Normalizer.Form.NFD);
            default -> id + draw.of(SQL);
        };
    }

    String changedUuid(String uuid) {
        return switch (draw.between(0, 3)) {
            case 0 -> uuid.toUpperCase(Locale.ROOT);
            case 1 -> uuid.replace("-", "");
            case 2 -> "{" + uuid + "}";
            default -> uuid + "'";
        };
    }
}
