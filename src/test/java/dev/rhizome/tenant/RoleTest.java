package dev.rhizome.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which role may do what others may. */
class RoleTest {

    @ParameterizedTest
    @CsvSource({
        "READER, READER",
        "WRITER, READER WRITER",
        "ADMIN, READER WRITER ADMIN",
        "AUDITOR, AUDITOR",
        "OPERATOR, OPERATOR"
    })
    void aRoleMayDoWhatItsOwnMayAndNoMore(Role role, String may) {
        Set<Role> included = Stream.of(Role.values()).filter(role::includes).collect(Collectors.toSet());

        assertThat(included)
                .isEqualTo(Stream.of(may.split(" ", -1)).map(Role::valueOf).collect(Collectors.toSet()));
    }

    @Test
    void keysHaveRolesByTheirNamesAndNeverTheOperators() {
        assertThat(Role.ofKey("reader")).contains(Role.READER);
        assertThat(Role.ofKey("auditor")).contains(Role.AUDITOR);
        assertThat(Role.ofKey("operator")).isEmpty();
        assertThat(Role.ofKey("READER")).isEmpty();
        assertThat(Role.ADMIN.label()).isEqualTo("admin");
    }
}
