package dev.rhizome.agent;

import dev.rhizome.http.FieldReader;
import dev.rhizome.http.JsonFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What an agent declares that it can do, in an open vocabulary. Values that differ in case only are one.
 *
 * @param taskTypes such as {@code code-review}
 * @param languages such as {@code Rust}
 * @param specializations such as {@code Security audit}
 */
record Skills(List<String> taskTypes, List<String> languages, List<String> specializations) {

    static final Skills NONE = new Skills(List.of(), List.of(), List.of());

    private static final Set<String> FIELDS = Set.of("taskTypes", "languages", "specializations");
    private static final int MAX_VALUES = 200;
    private static final int MAX_LENGTH = 100;

    /** One of them. */
    record Skill(String kind, String canonical, String value) {}

    /** Reads the object {@code capabilities}; what it leaves out is as {@code otherwise} has it. */
    static Skills read(JsonFields body, Skills otherwise) {
        JsonFields given = body.child("capabilities", FIELDS);
        return given == null
                ? otherwise
                : new Skills(
                        given.has("taskTypes") ? words(given, "taskTypes") : otherwise.taskTypes(),
                        given.has("languages") ? words(given, "languages") : otherwise.languages(),
                        given.has("specializations") ? words(given, "specializations") : otherwise.specializations());
    }

    /** The words of one list, each once. */
    static List<String> words(JsonFields fields, String name) {
        return words(fields.fields(), name, fields.list(name));
    }

    static List<String> words(FieldReader rules, String name, List<String> given) {
        if (given.size() > MAX_VALUES) {
            rules.reject(name, given.size() + " values", "at most " + MAX_VALUES);
            return List.of();
        }
        Map<String, String> words = new LinkedHashMap<>();
        for (String word : given) {
            String value = rules.text(name, word.strip(), 1, MAX_LENGTH);
            words.putIfAbsent(canonical(value), value);
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
