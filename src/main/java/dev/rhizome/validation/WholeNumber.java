package dev.rhizome.validation;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** A whole number within bounds. */
@Documented
@Constraint(validatedBy = WholeNumber.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface WholeNumber {

    /** The least. */
    long min();

    /** The greatest. */
    long max() default Long.MAX_VALUE;

    /** Property that has the greatest, such as {@code rhizome.search.max-results}; empty where {@link #max} has it. */
    String maxSetting() default "";

    /** What is expected. */
    String message() default "a whole number from {min} to {max}";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the value. */
    final class Validator implements ConstraintValidator<WholeNumber, Number> {

        private final Settings settings;
        private long min;
        private long max;

        /** Takes bounds that are settings from {@code settings}. */
        public Validator(Settings settings) {
            this.settings = settings;
        }

        @Override
        public void initialize(WholeNumber annotation) {
            min = annotation.min();
            max = settings.greatest(annotation);
        }

        @Override
        public boolean isValid(@Nullable Number value, ConstraintValidatorContext context) {
            return value == null || (value.longValue() >= min && value.longValue() <= max);
        }
    }
}
