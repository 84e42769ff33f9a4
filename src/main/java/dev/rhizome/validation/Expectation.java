package dev.rhizome.validation;

import jakarta.validation.Constraint;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What clients read of a constraint: its message with its own limits. */
public final class Expectation {

    private Expectation() {}

    /** The message of {@code constraint}, its attributes filled in. */
    public static String of(Annotation constraint, Settings settings) {
        if (constraint instanceof Size size) {
            return "at most " + size.max() + " values";
        }
        Map<String, String> attributes = attributes(constraint);
        if (constraint instanceof WholeNumber bounds) {
            long greatest = settings.greatest(bounds);
            attributes.put("max", greatest == Long.MAX_VALUE ? "on" : String.valueOf(greatest));
        }
        String message = attributes.getOrDefault("message", "");
        if (message.isEmpty()) {
            return composing(constraint, settings);
        }
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            message = message.replace("{" + attribute.getKey() + "}", attribute.getValue());
        }
        return message.replace(" to on", " on");
    }

    /** A constraint that is made of another says what that says. */
    private static String composing(Annotation constraint, Settings settings) {
        return Stream.of(constraint.annotationType().getAnnotations())
                .filter(part -> part.annotationType().isAnnotationPresent(Constraint.class))
                .map(part -> of(part, settings))
                .collect(Collectors.joining(", "));
    }

    private static Map<String, String> attributes(Annotation constraint) {
        Map<String, String> attributes = new TreeMap<>();
        for (Method attribute : constraint.annotationType().getDeclaredMethods()) {
            try {
                attribute.setAccessible(true); // annotations of a feature may be its own
                attributes.put(attribute.getName(), plain(attribute.invoke(constraint)));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("the attributes of " + constraint + " can be read", e);
            }
        }
        return attributes;
    }

    private static String plain(Object value) {
        return switch (value) {
            case Double number ->
                BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
            case String[] words -> Stream.of(words).sorted().collect(Collectors.joining(", ", "[", "]"));
            default -> String.valueOf(value);
        };
    }
}
