package dev.rhizome.binding;

import dev.rhizome.validation.Default;
import dev.rhizome.validation.Ids;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.Parameter;
import java.lang.reflect.Field;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One component of a record.
 *
 * @param name in a body
 * @param parameter name as a parameter, null where it is none
 * @param reader reads its value
 * @param otherwise gives what it is where it is absent, null where it must be there
 */
record Component(
        String name,
        @Nullable String parameter,
        ValueReader reader,
        @Nullable Supplier<@Nullable Object> otherwise) {

    static Component of(Field field, Shapes shapes) {
        ValueReader reader = shapes.reader(field.getType(), field.getAnnotatedType(), field);
        return new Component(field.getName(), parameterOf(field, reader), reader, otherwise(field, reader, shapes));
    }

    /** What it is where it is absent; noted as missing where it must be there. */
    @Nullable
    Object absent(String field, Faults faults) {
        if (otherwise != null) {
            return otherwise.get();
        }
        faults.reject(field, "missing", reader.expected());
        return null;
    }

    private static @Nullable String parameterOf(Field field, ValueReader reader) {
        if (reader instanceof EmbeddingReader || reader instanceof NestedReader || reader instanceof DocumentReader) {
            return null;
        }
        Parameter renamed = field.getAnnotation(Parameter.class);
        return renamed == null ? field.getName() : renamed.value();
    }

    private static @Nullable Supplier<@Nullable Object> otherwise(Field field, ValueReader reader, Shapes shapes) {
        Default value = field.getAnnotation(Default.class);
        if (value != null) {
            Object parsed = parsed(shapes.settings().value(value), field.getName(), reader);
            return () -> parsed;
        }
        if (field.isAnnotationPresent(NewIdIfAbsent.class)) {
            return Ids::next;
        }
        if (field.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            return () -> null;
        }
        return reader instanceof ListReader ? List::of : null;
    }

    private static @Nullable Object parsed(String text, String name, ValueReader reader) {
        Faults faults = new Faults();
        Object value = reader.parse(text, name, faults);
        faults.finish(field -> 0);
        return value;
    }
}
