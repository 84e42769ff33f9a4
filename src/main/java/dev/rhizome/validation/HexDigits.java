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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Bytes in lower-case hex. */
@Documented
@Constraint(validatedBy = HexDigits.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface HexDigits {

    /** How many digits. */
    int length();

    /** What is expected. */
    String message() default "{length} hex digits";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the value. */
    final class Validator implements ConstraintValidator<HexDigits, String> {

        private static final Pattern HEX = Pattern.compile("[0-9a-f]*");
        private int length;

        @Override
        public void initialize(HexDigits annotation) {
            length = annotation.length();
        }

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            return value == null
                    || (value.length() == length && HEX.matcher(value).matches());
        }
    }
}
