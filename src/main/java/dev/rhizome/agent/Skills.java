package dev.rhizome.agent;

import dev.rhizome.validation.Text;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an agent declares that it can do, in an open vocabulary. Values that differ in case only are one.
 *
 * @param taskTypes such as {@code code-review}
 * @param languages such as {@code Rust}
 * @param specializations such as {@code Security audit}
 */
record Skills(List<String> taskTypes, List<String> languages, List<String> specializations) {

    static final Skills NONE = new Skills(List.of(), List.of(), List.of());

    /** Most of one list. */
    static final int MOST = 200;

    private static final int LONGEST = 100;

    Skills {
        taskTypes = distinct(taskTypes);
        languages = distinct(languages);
        specializations = distinct(specializations);
    }

    /** What a client says of them; null where it says nothing. */
    record Change(
            @Nullable @Size(max = MOST) List<@Text(max = LONGEST) String> taskTypes,
            @Nullable @Size(max = MOST) List<@Text(max = LONGEST) String> languages,
            @Nullable @Size(max = MOST) List<@Text(max = LONGEST) String> specializations) {

        /** {@code skills} with what this says of them. */
        Skills of(Skills skills) {
            return new Skills(
                    taskTypes == null ? skills.taskTypes() : taskTypes,
                    languages == null ? skills.languages() : languages,
                    specializations == null ? skills.specializations() : specializations);
        }
    }

    /** One of them. */
    record Skill(String kind, String canonical, String value) {}

    /** The words of {@code given}, trimmed and each once. */
    static List<String> distinct(List<String> given) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String word : given) {
            words.putIfAbsent(canonical(word), word.strip());
        }
        return List.copyOf(words.values());
    }

    /** The form in which words are compared. */
    static String canonical(String word) {
        return word.strip().toLowerCase(Locale.ROOT);
    }

    static String[] canonical(List<String> words) {
        return words.stream().map(Skills::canonical).toArray(String[]::new);
    }

    /** All of them, a row each. */
    List<Skill> rows() {
        List<Skill> rows = new ArrayList<>();
        taskTypes.forEach(word -> rows.add(new Skill("task_type", canonical(word), word)));
        languages.forEach(word -> rows.add(new Skill("language", canonical(word), word)));
        specializations.forEach(word -> rows.add(new Skill("specialization", canonical(word), word)));
        return rows;
    }
}
