package dev.rhizome.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.http.EventIds.Numbered;
import dev.rhizome.http.ResumeTokens.Position;
import dev.rhizome.problem.Conflict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A stream that broke goes on behind what its reader has, and only where that is still what comes. */
class EventIdsTest {

    private static final String SCOPE = "tenant and request";
    private static final ResumeTokens TOKENS =
            new ResumeTokens(new StreamSecret(List.of("a secret of at least thirty-two bytes".getBytes(UTF_8))));
    private static final List<StreamEvent> STREAM = List.of(
            StreamEvent.of("hit", "a"),
            StreamEvent.of("hit", "b"),
            new StreamEvent("related", "c with a time", "c"),
            StreamEvent.done("all"));

    private static EventIds from(@Nullable Position resumed) {
        return new EventIds(
                TOKENS, SCOPE, resumed, event -> String.valueOf(event.data()).getBytes(UTF_8));
    }

    private static List<String> ids(List<Numbered> events) {
        return events.stream().map(Numbered::id).toList();
    }

    private static Position behind(int events) {
        List<String> ids = ids(from(null).unread(STREAM));
        return TOKENS.position(SCOPE, ids.get(events - 1));
    }

    @Test
    void eachEventHasAnIdOfItsOwn() {
        EventIds ids = from(null);

        List<Numbered> all = ids.unread(STREAM);

        assertThat(all).extracting(Numbered::event).isEqualTo(STREAM);
        assertThat(ids(all)).doesNotHaveDuplicates();
        assertThat(ids.last()).isEqualTo(all.getLast().id());
        assertThat(behind(4).isLast()).isTrue();
        assertThat(behind(3).isLast()).isFalse();
        assertThat(behind(2).events()).isEqualTo(2);
    }

    @Test
    void aReaderGetsWhatItHasNotHadAndTheSameIds() {
        List<String> whole = ids(from(null).unread(STREAM));

        for (int had = 1; had <= STREAM.size(); had++) {
            EventIds ids = from(behind(had));
            List<Numbered> rest = new ArrayList<>();
            for (StreamEvent event : STREAM) {
                rest.addAll(ids.unread(List.of(event)));
            }
            assertThat(ids(rest)).isEqualTo(whole.subList(had, whole.size()));
            assertThat(ids.isCutShort()).isFalse();
            assertThat(ids.last())
                    .isEqualTo(rest.isEmpty() ? null : rest.getLast().id());
        }
    }

    @Test
    void whatHasChangedBeforeThereIsAConflict() {
        List<StreamEvent> changed = new ArrayList<>(STREAM);
        changed.set(0, StreamEvent.of("hit", "another"));

        assertThatThrownBy(() -> Objects.requireNonNull(from(behind(2)).unread(changed)))
                .isInstanceOf(Conflict.class)
                .hasMessageContaining("has changed");
        changed.set(0, StreamEvent.of("other", "a"));
        assertThatThrownBy(() -> Objects.requireNonNull(from(behind(1)).unread(changed)))
                .isInstanceOf(Conflict.class);
    }

    /** The same document found at another moment is the same. */
    @Test
    void onlyWhatIdentifiesAnEventCounts() {
        List<StreamEvent> later = new ArrayList<>(STREAM);
        later.set(2, new StreamEvent("related", "c with another time", "c"));

        assertThat(from(behind(3)).unread(later)).hasSize(1);
    }

    @Test
    void aStreamThatEndsBeforeItsReadersPlaceIsCutShort() {
        EventIds ids = from(behind(3));

        assertThat(ids.unread(STREAM.subList(0, 2))).isEmpty();
        assertThat(ids.isCutShort()).isTrue();
        assertThat(ids.last()).isNull();
        assertThat(from(null).isCutShort()).isFalse();
    }
}
