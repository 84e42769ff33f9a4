package dev.rhizome.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.rhizome.testing.Api;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** An imported card changes the agent that it names, and no other. */
class AgentCardContractTest {

    private static final RunningService SERVICE = RunningService.get();
    private static final Api API = Api.of(SERVICE, SERVICE.newTenant("agent-cards"), "writer");

    @ParameterizedTest
    @CsvSource({
        "C++ Reviewer, C# Reviewer",
        "Node.js Expert, Node JS Expert",
        "Ünïcode-Helper, ünïcode helper",
        "+++, ***",
        "東京, 東京!"
    })
    void namesThatMakeTheSameIdAreTwoAgents(String one, String other) {
        Answer first = imported("", one, "the first");
        Answer second = imported("", other, "the second");

        assertThat(List.of(status(first), status(second))).containsOnly("created");
        assertThat(description(id(first))).isEqualTo("the first");
        assertThat(description(id(second))).isEqualTo("the second");
        assertThat(id(first)).isNotEqualTo(id(second));
    }

    @Test
    void aCardThatComesAgainChangesTheAgentOfItsName() {
        imported("", "F+ Tester", "first");
        Answer other = imported("", "F- Tester", "second");
        Answer again = imported("", "F- Tester", "third");

        assertThat(status(again)).isEqualTo("updated");
        assertThat(id(again)).isEqualTo(id(other));
        assertThat(description(id(again))).isEqualTo("third");
        assertThat(description("f-tester")).isEqualTo("first");
    }

    @Test
    void anAgentThatWasRegisteredUnderTheIdIsLeftAsItWas() {
        API.posted("/v1/agents", """
                {"id":"planner","name":"Ada","modelFamily":"m","description":"mine"}""");

        Answer card = imported("", "Planner", "the card's");

        assertThat(status(card)).isEqualTo("created");
        assertThat(id(card)).startsWith("planner-");
        assertThat(description("planner")).isEqualTo("mine");
    }

    @Test
    void theAgentWhoseIdIsGivenIsChangedWhateverItsName() {
        imported("", "Old Name", "before");

        Answer card = imported("?id=old-name", "New Name", "after");

        assertThat(status(card)).isEqualTo("updated");
        assertThat(API.get("/v1/agents/old-name").path("name").asString()).isEqualTo("New Name");
    }

    @Test
    void anIdThatIsGivenDoesNotTakeAnotherAgentsName() {
        imported("", "Taken Name", "mine");

        Answer card = imported("?id=somebody-else", "Taken Name", "other");

        assertThat(card.status()).isEqualTo(409);
        assertThat(card.body().path("detail").asString()).contains("another agent has the name Taken Name");
        assertThat(description("taken-name")).isEqualTo("mine");
    }

    @Test
    void skillsWhoseNamesAreAlikeHaveIdsOfTheirOwn() {
        API.posted("/v1/agents", """
                {"id":"polyglot","name":"Polyglot","modelFamily":"m",
                 "capabilities":{"specializations":["C++","C#","C","+"]}}""");

        JsonNode skills = API.get("/v1/agents/polyglot/card").path("skills");

        assertThat(skills.valueStream().map(skill -> skill.path("name").asString()))
                .containsExactlyInAnyOrder("C++", "C#", "C", "+");
        assertThat(skills.valueStream().map(skill -> skill.path("id").asString()))
                .doesNotHaveDuplicates()
                .doesNotContain("");
    }

    @Test
    void capabilitiesWhoseNamesAreAlikeAreNodesOfTheirOwn() {
        API.posted("/v1/agents", """
                {"id":"coder","name":"Coder","modelFamily":"m"}""");

        API.lines("/v1/agents/coder/capabilities", """
                {"name":"C++","confidence":0.9}
                {"name":"C#","confidence":0.8}
                {"name":" c++ ","confidence":0.95}
                """);

        assertThat(API.each("/v1/agents/coder/capabilities", "canonicalName")).containsExactly("c++", "c#");
    }

    @CanIgnoreReturnValue
    private static Answer imported(String query, String name, String description) {
        String card = "{\"name\":\"%s\",\"description\":\"%s\",\"skills\":[]}".formatted(name, description);
        return API.post("/v1/agents/cards" + query, card);
    }

    private static String status(Answer answer) {
        return answer.body().path("status").asString();
    }

    private static String id(Answer answer) {
        return answer.body().path("id").asString();
    }

    private static String description(String id) {
        return API.get("/v1/agents/" + id).path("description").asString();
    }
}
