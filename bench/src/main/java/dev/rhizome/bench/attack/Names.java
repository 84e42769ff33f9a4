package dev.rhizome.bench.attack;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What an attacker knows of its victim, by which it asks: of a tenant that exists, or of one that exists nowhere. Both have as
 * many values of each kind and of the same form, so that the same draw makes the same request of either.
 *
 * @param attacker id of the attacker's own tenant
 * @param victim id of the victim's tenant
 * @param mark within each id that only the victim has
 * @param keyIds of the victim's API keys
 * @param cursors that the victim's lists gave
 * @param eventIds that the victim's streams gave
 */
record Names(
        String attacker, String victim, String mark, List<String> keyIds, List<String> cursors, List<String> eventIds) {

    /** Ids of each kind of thing that both tenants have. */
    static final List<String> SHARED =
            IntStream.range(0, 6).mapToObj(number -> "s-" + number).toList();

    /** Ids of each kind of thing that only the attacker has at first. */
    static final List<String> OWN =
            IntStream.range(0, 6).mapToObj(number -> "a-" + number).toList();

    /** Ids of each kind of thing that only the victim has. */
    static List<String> theirs(String mark) {
        return IntStream.range(0, 6)
                .mapToObj(number -> "b-" + mark + "-" + number)
                .toList();
    }

    List<String> theirs() {
        return theirs(mark);
    }

    /** All that no answer may tell whoever did not send it. */
    List<String> unguessable() {
        return Stream.of(List.of(victim, mark), keyIds, cursors, eventIds)
                .flatMap(List::stream)
                .toList();
    }
}
