package dev.rhizome.binding;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.validation.Expectation;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.Settings;
import jakarta.validation.Constraint;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The shapes of records, each found out once. */
final class Shapes {

    private final ConcurrentMap<Class<?>, RecordShape<?>> shapes = new ConcurrentHashMap<>();
    private final Validator validator;
    private final Settings settings;

    Shapes(Validator validator, Settings settings) {
        this.validator = validator;
        this.settings = settings;
    }

    Settings settings() {
        return settings;
    }

    Validator validator() {
        return validator;
    }

    @SuppressWarnings("unchecked") // a class is the key of its own shape
    <T> RecordShape<T> of(Class<T> type) {
        RecordShape<?> known = shapes.get(type);
        if (known == null) {
            known = new RecordShape<>(type, this);
            shapes.put(type, known);
        }
        return (RecordShape<T>) known;
    }

    /** Reads values of {@code type}, as {@code annotations} say. */
    ValueReader reader(Class<?> type, AnnotatedType annotated, AnnotatedElement annotations) {
        JsonObject object = annotations.getAnnotation(JsonObject.class);
        int most = object == null ? JsonObject.USUAL : object.max();
        if (type == List.class) {
            return list(annotated, annotations);
        }
        if (type == Document.class) {
            return new DocumentReader(
                    new JsonObjectReader(most), of(raw(argument(annotated).getType())));
        }
        if (type == Embedding.class) {
            return new EmbeddingReader();
        }
        if (type == Cursor.class) {
            return new CursorReader(needed(annotations, CursorOf.class).value());
        }
        String expected = expected(annotations);
        if (type == String.class) {
            return object == null
                    ? new TextReader(expected == null ? "a string" : expected)
                    : new JsonObjectReader(most);
        }
        ScalarReader scalar = ScalarReader.of(type, expected);
        return scalar == null ? new NestedReader(of(type)) : scalar;
    }

    /** What is expected, as the constraint among {@code annotations} says it; null where there is none. */
    private @Nullable String expected(AnnotatedElement annotations) {
        for (Annotation annotation : annotations.getAnnotations()) {
            if (annotation.annotationType().isAnnotationPresent(Constraint.class)) {
                return Expectation.of(annotation, settings);
            }
        }
        return null;
    }

    private ListReader list(AnnotatedType annotated, AnnotatedElement annotations) {
        AnnotatedType element = argument(annotated);
        return new ListReader(
                reader(raw(element.getType()), element, element),
                needed(annotations, Size.class).max());
    }

    private static AnnotatedType argument(AnnotatedType annotated) {
        return ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[0];
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }

    private static <A extends Annotation> A needed(AnnotatedElement annotations, Class<A> type) {
        A annotation = annotations.getAnnotation(type);
        if (annotation == null) {
            throw new IllegalStateException(annotations + " needs @" + type.getSimpleName());
        }
        return annotation;
    }
}
