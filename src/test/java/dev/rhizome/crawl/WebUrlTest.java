package dev.rhizome.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether URLs of the same page are found to be the same. */
class WebUrlTest {

    @ParameterizedTest
    @CsvSource({
        "https://example.org, https://example.org/",
        "HTTPS://Example.ORG/A, https://example.org/A",
        "https://example.org:443/a, https://example.org/a",
        "http://example.org:80/a, http://example.org/a",
        "https://example.org/a/../b/./c, https://example.org/b/c",
        "https://example.org/a#part, https://example.org/a",
        "https://example.org/%7Euser, https://example.org/~user",
        "https://user:secret@example.org/, https://example.org/",
        "https://example.org/a b, https://example.org/a%20b",
        "https://bücher.example/, https://xn--bcher-kva.example/",
    })
    void oneWay(String given, String expected) {
        WebUrl url = WebUrl.of("url", given);

        assertThat(url.text()).isEqualTo(expected);
        assertThat(WebUrl.of("url", url.text())).isEqualTo(url);
        assertThat(url.id()).matches("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org/a, http://example.org/a",
        "https://example.org/a, https://example.org/A",
        "https://example.org/a?x=1, https://example.org/a?x=2",
        "https://example.org:8443/a, https://example.org/a",
    })
    void others(String one, String other) {
        assertThat(WebUrl.of("url", one)).isNotEqualTo(WebUrl.of("url", other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.org",
                "ftp://example.org/a",
                "file:///etc/passwd",
                "https://",
                "https:///a",
                "mailto:a@example.org",
                "javascript:alert(1)",
                "missing"
            })
    void none(String given) {
        assertThat(WebUrl.orNull(given)).isNull();
        assertThatThrownBy(() -> WebUrl.of("url", given))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("url");
    }
}
