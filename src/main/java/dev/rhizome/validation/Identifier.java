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

/** An id that a client has chosen. */
@Documented
@Constraint(validatedBy = Identifier.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.ANNOTATION_TYPE, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Identifier {

    /** Most characters. */
    int max() default 200;

    /** What is expected. */
    String message() default "1 to {max} characters, some visible and none a control character";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the characters. */
    final class Validator implements ConstraintValidator<Identifier, String> {

        private int max;

        @Override
        public void initialize(Identifier identifier) {
            max = identifier.max();
        }

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            return value == null
                    || (Characters.count(value) <= max
                            && Characters.areVisible(value)
                            && !Characters.containControl(value));
        }
    }
}
