package dev.rhizome.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids of nodes that stand for objects cannot be taken by entities; the catalogue tells which there are. */
class ReservedIdsIntegrationTest {

    @Test
    void everyKindOfNodeThatATableHasIsReserved() throws SQLException {
        List<String> kinds = TestDatabase.create().readAsAdministrator("""
                select distinct substring(pg_get_expr(d.adbin, d.adrelid) from '''([a-z]+):''')
                  from pg_attrdef d join pg_class c on c.oid = d.adrelid
                 where c.relnamespace = 'rhizome'::regnamespace and pg_get_expr(d.adbin, d.adrelid) ~ '''[a-z]+:'''
                """);

        assertThat(kinds)
                .contains("content", "document", "page", "query", "result")
                .allSatisfy(kind ->
                        assertThat(Projection.isReserved(kind + ":x")).as(kind).isTrue());
    }
}
