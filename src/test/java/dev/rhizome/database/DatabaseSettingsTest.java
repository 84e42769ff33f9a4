package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseSettingsTest {

    @Test
    void defaultsAreTheDocumentedOnes() {
        DatabaseSettings settings = DatabaseSettings.from(Map.of());

        assertThat(settings.address()).isEqualTo(new DatabaseSettings.Address("localhost", 5432, "rhizome"));
        assertThat(settings.application().user()).isEqualTo("rhizome_app");
        assertThat(settings.limits())
                .isEqualTo(new DatabaseSettings.Limits(
                        2,
                        20,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2)));
        assertThat(settings.encryption().mode()).isEqualTo("disable");
    }

    @Test
    void theUrlWinsAndIsDecoded() {
        DatabaseSettings settings = DatabaseSettings.from(Map.of(
                "DATABASE_URL", "postgresql://us%40er:p%2Fw+d%3A@db.example:6543/my%20db?sslmode=require",
                "DB_HOST", "ignored",
                "DB_USER", "ignored"));

        assertThat(settings.address()).isEqualTo(new DatabaseSettings.Address("db.example", 6543, "my db"));
        assertThat(settings.application()).isEqualTo(new DatabaseSettings.Credentials("us@er", "p/w+d:"));
        assertThat(settings.encryption().mode()).isEqualTo("require");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            DB_HOST      | h1:5433,h2, h3:5434                                       | h1:5433,h2:5432,h3:5434
            DB_HOST      | ::1                                                       | [::1]:5432
            DB_HOST      | [2001:db8::1]:6432,10.0.0.7                               | [2001:db8::1]:6432,10.0.0.7:5432
            DATABASE_URL | postgresql://u:p%40@h1:6432,h2/rhizome                    | h1:6432,h2:5432
            DATABASE_URL | postgresql://h1,h2/x?target_session_attrs=read-write      | h1:5432,h2:5432
            DATABASE_URL | postgresql://h1,h2/x?target_session_attrs=primary         | h1:5432,h2:5432
            """)
    void severalServersMayBeNamed(String variable, String value, String expected) {
        assertThat(DatabaseSettings.from(Map.of(variable, value)).address().authority())
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "DB_PORT, 0",
        "DB_PORT, x",
        "DB_POOL_MAX, 0",
        "DB_POOL_MIN, 21",
        "DB_SSL, yes",
        "DB_STATEMENT_TIMEOUT_MS, -1",
        "DATABASE_URL, mysql://localhost/x",
        "DB_HOST, 'h1,,h2'",
        "DB_HOST, h1:70000",
        "DB_HOST, h1:x",
        "DATABASE_URL, postgresql://u:secret@h/db?nonsense=1",
        "DATABASE_URL, postgresql://u:secret@h/db?target_session_attrs=any"
    })
    void aBadValueNamesTheVariable(String variable, String value) {
        assertThatThrownBy(() -> DatabaseSettings.from(Map.of(variable, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(variable)
                .hasMessageContaining("expected")
                .hasMessageNotContaining("secret");
    }

    @Test
    void sslVerifiesTheCertificate() {
        assertThat(DatabaseSettings.from(Map.of("DB_SSL", "true")).encryption().mode())
                .isEqualTo("verify-full");
    }

    @Test
    void passwordsAreNotPrinted() {
        assertThat(DatabaseSettings.from(Map.of("DB_PASSWORD", "secret")).toString())
                .doesNotContain("secret");
    }

    @Test
    void aPasswordMayStandInAFile() throws IOException {
        Path file = Files.writeString(Files.createTempFile("password", ""), "from the file\n");

        assertThat(DatabaseSettings.from(Map.of("DB_PASSWORD_FILE", file.toString()))
                        .application()
                        .password())
                .isEqualTo("from the file");
        assertThat(DatabaseSettings.from(Map.of("DB_PASSWORD_FILE", file.toString(), "DB_PASSWORD", "set"))
                        .application()
                        .password())
                .isEqualTo("set");
        assertThatThrownBy(() -> DatabaseSettings.from(Map.of("DB_PASSWORD_FILE", "/not/there")))
                .hasMessageContaining("DB_PASSWORD_FILE: /not/there");
    }
}
