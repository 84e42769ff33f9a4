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

/** A number within bounds. */
@Documented
@Constraint(validatedBy = Decimal.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Decimal {

    /** The least. */
    double min();

    /** The greatest. */
    double max();

    /** What is expected. */
    String message() default "a number from {min} to {max}";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the value. */
    final class Validator implements ConstraintValidator<Decimal, Number> {

        private double min;
        private double max;

        @Override
        public void initialize(Decimal annotation) {
            min = annotation.min();
            max = annotation.max();
        }

        @Override
        public boolean isValid(@Nullable Number value, ConstraintValidatorContext context) {
            if (value instanceof Float single) { // 0.7f is less than 0.7
                return single >= (float) min && single <= (float) max;
            }
            return value == null || (value.doubleValue() >= min && value.doubleValue() <= max);
        }
    }
}
