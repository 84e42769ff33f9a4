package dev.rhizome.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A node of a YAML file, whose descendants are named by paths like {@code spec.ports.0.name}.
 *
 * @param value a map, a list or a scalar
 */
public record Yaml(Object value) {

    /** The only document of {@code file}. */
    public static Yaml of(Path file) {
        List<Yaml> documents = all(file).toList();
        if (documents.size() != 1) {
            throw new AssertionError(file + " has " + documents.size() + " documents");
        }
        return documents.getFirst();
    }

    /** The documents of {@code file}. */
    public static Stream<Yaml> all(Path file) {
        try {
            Iterable<Object> documents = new org.yaml.snakeyaml.Yaml().loadAll(Files.readString(file));
            return StreamSupport.stream(documents.spliterator(), false).map(Yaml::new);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The descendant at {@code path}; it has to be there. */
    public Yaml at(String path) {
        Object found = find(path);
        if (found == null) {
            throw new AssertionError("there is no " + path + " in " + value);
        }
        return new Yaml(found);
    }

    /** Whether there is something at {@code path}. */
    public boolean has(String path) {
        return find(path) != null;
    }

    /** The scalar at {@code path}. */
    public String text(String path) {
        return at(path).text();
    }

    /** This scalar. */
    public String text() {
        return String.valueOf(value);
    }

    /** The scalars of the list at {@code path}. */
    public List<String> texts(String path) {
        return list(path).stream().map(Yaml::text).toList();
    }

    /** The nodes of the list at {@code path}. */
    public List<Yaml> list(String path) {
        return ((List<?>) at(path).value).stream().map(Yaml::new).toList();
    }

    /** The nodes of this map. */
    public Map<String, Yaml> map() {
        Map<String, Yaml> nodes = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((name, node) -> nodes.put(String.valueOf(name), new Yaml(node)));
        return nodes;
    }

    private @Nullable Object find(String path) {
        Object node = value;
        for (String step : path.split("\\.", -1)) {
            if (node instanceof Map<?, ?> map) {
                node = map.get(step);
            } else if (node instanceof List<?> list && Integer.parseInt(step) < list.size()) {
                node = list.get(Integer.parseInt(step));
            } else {
                return null;
            }
        }
        return node;
    }
}
