package dev.rhizome.binding;

import dev.rhizome.validation.Characters;
import dev.rhizome.validation.Expectation;
import dev.rhizome.validation.Settings;
import dev.rhizome.validation.TextBytes;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validator;
import jakarta.validation.metadata.PropertyDescriptor;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks the values of a record's components before the record is made. */
final class Constraints {

    private static final int LONGEST_QUOTE = 80;

    private final Class<?> type;
    private final Validator validator;
    private final Settings settings;
    private final Set<String> constrained;

    Constraints(Class<?> type, Shapes shapes) {
        this.type = type;
        this.validator = shapes.validator();
        this.settings = shapes.settings();
        this.constrained = validator.getConstraintsForClass(type).getConstrainedProperties().stream()
                .map(PropertyDescriptor::getPropertyName)
                .collect(Collectors.toSet());
    }

    /** Notes under {@code field} what is wrong with the {@code value} of a component; null is right everywhere. */
    void check(String component, String field, @Nullable Object value, Faults faults) {
        if (value == null || !constrained.contains(component) || faults.has(field)) {
            return;
        }
        for (ConstraintViolation<?> violation : validator.validateValue(type, component, value)) {
            Annotation constraint = violation.getConstraintDescriptor().getAnnotation();
            Object invalid = violation.getInvalidValue();
            faults.reject(field, found(invalid, constraint), Expectation.of(constraint, settings));
        }
    }

    private static String found(Object value, Annotation constraint) {
        if (value instanceof List<?> values) {
            return values.size() + " values";
        }
        if (!(value instanceof String text)) {
            return String.valueOf(value);
        }
        if (text.isEmpty()) {
            return "0 characters";
        }
        if (!Characters.areVisible(text)) {
            return "blank";
        }
        if (constraint instanceof TextBytes) {
            return Characters.bytes(text) + " bytes";
        }
        return text.length() > LONGEST_QUOTE ? Characters.count(text) + " characters" : text;
    }
}
