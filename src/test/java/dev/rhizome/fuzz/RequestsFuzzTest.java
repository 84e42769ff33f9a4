package dev.rhizome.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.rhizome.binding.RecordBinder;
import dev.rhizome.contract.RequestRecords;
import dev.rhizome.paging.Cursor;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Whatever comes as a body, as parameters, as a filter or as a cursor is read or is an {@link InvalidRequest}.
 *
 * <p>Jazzer runs the corpus; a search for new inputs is {@code JAZZER_FUZZ=1 bin/test -Dtest=RequestsFuzzTest
 * -Djazzer.hooks=true}.
 */
class RequestsFuzzTest {

    private static final int INPUTS = 1_000;
    private static final RecordBinder BINDER = new RecordBinder(name -> "100");

    private record Filter(@JsonObject String filter) {}

    @FuzzTest
    void bodies(byte[] input) {
        for (Class<?> type : RequestRecords.bodies()) {
            try {
                Object read = BINDER.json(input, type);
                assertThat(read).isInstanceOf(type);
            } catch (InvalidRequest refused) {
                namesAField(refused);
            }
        }
    }

    @FuzzTest
    void parameters(byte[] input) {
        Map<String, List<String>> named = new LinkedHashMap<>();
        for (String pair : new String(input, StandardCharsets.UTF_8).split("&", -1)) {
            String[] parts = pair.split("=", 2);
            named.put(parts[0], List.of(parts.length > 1 ? parts[1] : ""));
        }
        for (Class<?> type : RequestRecords.parameters()) {
            try {
                Object read = BINDER.parameters(named, type);
                assertThat(read).isInstanceOf(type);
            } catch (InvalidRequest refused) {
                namesAField(refused);
            }
        }
    }

    @FuzzTest
    void filters(byte[] input) {
        try {
            String text = new String(input, StandardCharsets.UTF_8);
            String object = BINDER.parameters(Map.of("filter", List.of(text)), Filter.class)
                    .filter();
            assertThat(object).startsWith("{").endsWith("}").doesNotContain("\0");
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(object)).isTrue();
        } catch (InvalidRequest refused) {
            namesAField(refused);
        }
    }

    @FuzzTest
    void cursors(byte[] input) {
        String encoded = new String(input, StandardCharsets.UTF_8);
        for (Cursor.Part first : Cursor.Part.values()) {
            for (Cursor.Part second : Cursor.Part.values()) {
                try {
                    Cursor cursor = Cursor.decode(encoded, first, second);
                    assertThat(cursor).isNotNull();
                } catch (InvalidRequest refused) {
                    assertThat(refused.errors()).allMatch(error -> error.field().equals("cursor"));
                }
            }
        }
    }

    private static void namesAField(InvalidRequest refused) {
        assertThat(refused.errors()).isNotEmpty().hasSizeLessThanOrEqualTo(InvalidRequest.MOST_LISTED);
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(refused.detail()))
                .isTrue();
    }

    @Test
    void changedBodiesAreReadOrRefused() {
        Mutations.of(RequestsFuzzTest.class, "bodies").feed(INPUTS, this::bodies);
    }

    @Test
    void changedParametersAreReadOrRefused() {
        Mutations.of(RequestsFuzzTest.class, "parameters").feed(INPUTS, this::parameters);
    }

    @Test
    void changedFiltersAreReadOrRefused() {
        Mutations.of(RequestsFuzzTest.class, "filters").feed(10 * INPUTS, this::filters);
    }

    @Test
    void changedCursorsAreReadOrRefused() {
        Mutations.of(RequestsFuzzTest.class, "cursors").feed(10 * INPUTS, this::cursors);
    }
}
