package dev.rhizome.bench.attack;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What an answer tells, without what differs from request to request by itself: times, new ids, hashes and signatures. */
final class Telling {

    /** Letters that end the two marks, which are the same but for it. */
    static final String ENDS = "km";

    private static final Pattern UUIDS =
            Pattern.compile("(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Pattern TIMES = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?Z");
    private static final Pattern DURATIONS = Pattern.compile(
            "\"(tookMs|databaseMillis|storedBytes|ageMs|lagMs|uptimeMs|ageSeconds|lagSeconds|bytes|rolledUpTo|ageDays)\":[-0-9.E]+");
    private static final Pattern HASHES = Pattern.compile("(?<![0-9A-Za-z_.-])[0-9a-f]{16,}(?![0-9A-Za-z_-])");
    /** What recency adds to a score changes with each millisecond, and a mean with the order in which rows are read. */
    private static final Pattern DIGITS = Pattern.compile("\\d+\\.\\d{4,}");

    private static final int DECIMALS = 3;

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{40,}={0,2}");
    private static final Pattern EVENT_IDS = Pattern.compile("(?m)^id:.*$");
    private static final Pattern NEXT = Pattern.compile("\"next\":\"([A-Za-z0-9_-]+)\"");
    private static final Pattern ITEMS = Pattern.compile("\"createdAt\"");
    private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9_-]{8,}");
    private static final int AROUND = 60;
    private static final String KNOWN = "<known>";
    private static final List<String> HEADERS =
            List.of("content-type", "www-authenticate", "allow", "location", "accept", "retry-after", "cache-control");

    /** Refusals and searches, which are written late, and exports, which are of the attackers themselves, and signed. */
    private static final Set<String> THEIR_OWN =
            Set.of("/v1/audit", "/v1/search/sessions", "/v1/search/statistics", "/v1/tenants/{id}/export");

    private final Pattern marks;
    private final List<String> ones;
    private final List<String> others;

    /** Of answers to requests that name {@code one} victim or the {@code other}. */
    Telling(Names one, Names other) {
        String same = one.mark().substring(0, one.mark().length() - 1);
        marks = Pattern.compile("(?i)" + Pattern.quote(same) + "[" + ENDS + "]");
        ones = known(one);
        others = known(other);
    }

    /** All that may come back as it was sent; ids of events also without their ends, since they are cut. */
    private static List<String> known(Names names) {
        return Stream.concat(
                        names.unguessable().stream(),
                        IntStream.rangeClosed(1, Values.LONGEST_CUT)
                                .boxed()
                                .flatMap(cut ->
                                        names.eventIds().stream().map(id -> id.substring(0, id.length() - cut))))
                .toList();
    }

    /**
     * Of lists in the order of ids that the service draws, only how many there are. Of what is written a moment later about the
     * attackers themselves, several things at a time, only that it can be read.
     */
    String of(ApiDescription.Operation operation, Wire.Answer answer) {
        if (answer.status() == 200 && operation.path().equals("/v1/tenants/{id}/keys")) {
            return "200 of " + ITEMS.matcher(answer.body()).results().count();
        }
        return answer.status() == 200 && THEIR_OWN.contains(operation.path()) ? "200" : of(answer);
    }

    private String of(Wire.Answer answer) {
        StringBuilder told = new StringBuilder().append(answer.status());
        for (String name : HEADERS) {
            told.append(' ').append(answer.header(name));
        }
        return text(told.append('\n').append(answer.body()).toString());
    }

    /** Around where two answers first tell different things. */
    String difference(Wire.Answer one, Wire.Answer other) {
        String told = of(one);
        String otherwise = of(other);
        int at = 0;
        while (at < Math.min(told.length(), otherwise.length()) && told.charAt(at) == otherwise.charAt(at)) {
            at++;
        }
        return excerpt(told, at) + " | " + excerpt(otherwise, at);
    }

    private static String excerpt(String text, int at) {
        return text.substring(Math.max(0, at - AROUND), Math.min(text.length(), at + AROUND));
    }

    private String text(String answer) {
        String told =
                NEXT.matcher(answer).replaceAll(next -> Matcher.quoteReplacement("\"next\":" + decoded(next.group(1))));
        for (int i = 0; i < ones.size(); i++) {
            told = told.replace(ones.get(i), KNOWN).replace(others.get(i), KNOWN);
        }
        told = WORDS.matcher(told).replaceAll(word -> Matcher.quoteReplacement(read(word.group())));
        told = marks.matcher(told).replaceAll(KNOWN);
        told = UUIDS.matcher(told).replaceAll("<uuid>");
        told = TIMES.matcher(told).replaceAll("<time>");
        told = DURATIONS.matcher(told).replaceAll("\"$1\":0");
        told = EVENT_IDS.matcher(told).replaceAll("id:");
        told = DIGITS.matcher(told).replaceAll(number -> rounded(number.group()));
        told = HASHES.matcher(told).replaceAll("<hash>");
        return BASE64.matcher(told).replaceAll("<bytes>");
    }

    private static String rounded(String number) {
        return new BigDecimal(number).setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** {@code word}, or what it is in Base64 where that has the mark. */
    private String read(String word) {
        String read = decoded(word);
        return marks.matcher(read).find() ? read : word;
    }

    private static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).replace('\n', ' ');
        } catch (IllegalArgumentException e) {
            return cursor.toLowerCase(Locale.ROOT);
        }
    }
}
