package dev.rhizome.federation;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** The name of a {@link Period}. */
@Documented
@Constraint(validatedBy = PeriodName.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@interface PeriodName {

    /** What is expected. */
    String message() default "a day, week or month of UTC such as 2026-01-31, 2026-W05 or 2026-01";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the value. */
    final class Validator implements ConstraintValidator<PeriodName, String> {

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            try {
                return value == null || !Period.of(value).name().isEmpty();
            } catch (DateTimeParseException e) {
                return false;
            }
        }
    }
}
