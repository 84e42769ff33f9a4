package dev.rhizome.binding;

import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.SelfChecked;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** How a record is read: its components, and what may be in them. */
final class RecordShape<T> {

    private final Class<T> type;
    private final Component[] components;
    private final Constructor<T> constructor;
    private final Constraints constraints;
    private final boolean open;
    private final Map<String, Integer> fields = new HashMap<>();
    private final Map<String, Integer> parameters = new HashMap<>();
    private final String knownFields;
    private final String knownParameters;

    RecordShape(Class<T> type, Shapes shapes) {
        RecordComponent[] declared = type.getRecordComponents();
        if (declared == null) {
            throw new IllegalStateException(type + " is no record, and no type that is read from a request");
        }
        this.type = type;
        this.open = type.isAnnotationPresent(Open.class);
        this.components =
                Stream.of(declared).map(part -> component(part, shapes)).toArray(Component[]::new);
        this.constructor = canonical(type, declared);
        this.constraints = new Constraints(type, shapes);
        for (int i = 0; i < components.length; i++) {
            fields.put(components[i].name(), i);
            String parameter = components[i].parameter();
            if (parameter != null) {
                parameters.put(parameter, i);
            }
        }
        this.knownFields = "one of " + new TreeSet<>(fields.keySet());
        this.knownParameters = "one of " + new TreeSet<>(parameters.keySet());
    }

    /** Where the field or parameter {@code name} stands; behind all others where it is unknown. */
    int place(String name) {
        return fields.getOrDefault(name, parameters.getOrDefault(name, Integer.MAX_VALUE));
    }

    /** Reads the object at {@code json}, whose current token is its first; null where something is wrong. */
    @Nullable
    T read(JsonParser json, Faults faults) {
        int before = faults.count();
        @Nullable Object[] values = new @Nullable Object[components.length];
        boolean[] given = new boolean[components.length];
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken token = json.nextToken();
            Integer place = fields.get(name);
            if (place == null) {
                unknown(json, name, faults);
            } else if (token != JsonToken.VALUE_NULL) {
                given[place] = true;
                values[place] = components[place].reader().read(json, name, faults);
            }
        }
        for (int i = 0; i < values.length; i++) {
            String name = components[i].name();
            if (given[i]) {
                constraints.check(name, name, values[i], faults);
            } else {
                values[i] = components[i].absent(name, faults);
            }
        }
        return faults.count() > before ? null : made(values, faults, faults);
    }

    /** Reads the parameters {@code named}; null where something is wrong. */
    @Nullable
    T parse(Map<String, List<String>> named, Faults faults) {
        for (String name : named.keySet()) {
            if (!open && !parameters.containsKey(name)) {
                faults.reject(name, "unknown parameter", knownParameters);
            }
        }
        @Nullable Object[] values = new @Nullable Object[components.length];
        for (int i = 0; i < values.length; i++) {
            String name = components[i].parameter();
            List<String> texts = name == null ? null : named.get(name);
            String field = name == null ? components[i].name() : name;
            if (texts == null) {
                values[i] = components[i].absent(field, faults);
            } else {
                values[i] = parsed(components[i].reader(), field, texts, faults);
                constraints.check(components[i].name(), field, values[i], faults);
            }
        }
        return faults.count() > 0 ? null : made(values, faults, namingParameters(faults));
    }

    private static @Nullable Object parsed(ValueReader reader, String name, List<String> texts, Faults faults) {
        if (texts.size() > 1) {
            faults.reject(name, texts.size() + " values", "one value");
            return null;
        }
        return reader.parse(texts.getFirst(), name, faults);
    }

    private void unknown(JsonParser json, String name, Faults faults) {
        if (!open) {
            faults.reject(name, "unknown field", knownFields);
        }
        JsonParser ignored = json.skipChildren();
    }

    /** Rules among fields know these by their names in a body. */
    private SelfChecked.Faults namingParameters(Faults faults) {
        return (field, found, expected) -> {
            String parameter = components[place(field)].parameter();
            faults.reject(parameter == null ? field : parameter, found, expected);
        };
    }

    /** Makes the record; rules among its fields are noted in {@code broken}. */
    private @Nullable T made(@Nullable Object[] values, Faults faults, SelfChecked.Faults broken) {
        int before = faults.count();
        try {
            T made = constructor.newInstance(values);
            if (made instanceof SelfChecked rules) {
                rules.check(broken);
            }
            return faults.count() > before ? null : made;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof InvalidRequest wrong) {
                faults.rejectAll(wrong);
                return null;
            }
            throw new IllegalStateException(type + " cannot be made of what its constraints allow", e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }

    private Component component(RecordComponent component, Shapes shapes) {
        try {
            return Component.of(type.getDeclaredField(component.getName()), shapes);
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("a record has a field for each component", e);
        }
    }

    private static <T> Constructor<T> canonical(Class<T> type, RecordComponent[] declared) {
        try {
            Constructor<T> canonical = type.getDeclaredConstructor(
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
            canonical.setAccessible(true);
            return canonical;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record has a canonical constructor", e);
        }
    }
}
