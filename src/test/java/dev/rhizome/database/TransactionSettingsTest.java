package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings travel in the text of a statement, so they are held to a form that carries no SQL. */
class TransactionSettingsTest {

    @Test
    void eachSettingIsAStatementOfItsOwnInTheirOrder() {
        TransactionSettings settings =
                TransactionSettings.NONE.with("statement_timeout", 250).with("hnsw.ef_search", "40");

        assertThat(settings.toSql()).isEqualTo("set local statement_timeout = '250';set local hnsw.ef_search = '40';");
        assertThat(TransactionSettings.NONE.toSql()).isEmpty();
        assertThat(TransactionSettings.PLANNED_BY_VALUES.toSql()).contains("force_custom_plan");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;b", "A", "a.b.c", "a'"})
    void aNameIsAPlainWord(String name) {
        assertThatThrownBy(() -> TransactionSettings.NONE.with(name, "on"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "on off", "1';drop table", "1;", "-1"})
    void aValueIsAPlainWordOrNumber(String value) {
        assertThatThrownBy(() -> TransactionSettings.NONE.with("jit", value))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
