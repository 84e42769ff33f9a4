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
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** Where something is on the web: an absolute {@code http} or {@code https} URL with a host. */
@Documented
@Constraint(validatedBy = WebAddress.Validator.class)
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
public @interface WebAddress {

    /** What is expected. */
    String message() default "an absolute http or https URL of at most 2000 characters, its host of at most 180";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};

    /** Checks the value. */
    final class Validator implements ConstraintValidator<WebAddress, String> {

        private static final int LONGEST = 2_000;
        private static final int LONGEST_HOST = 180;

        @Override
        public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
            return value == null || (value.length() <= LONGEST && isWithHost(value));
        }

        private static boolean isWithHost(String value) {
            try {
                URI url = new URI(value);
                String scheme = url.getScheme();
                return scheme != null
                        && (scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
                        && url.getHost() != null
                        && url.getHost().length() <= LONGEST_HOST;
            } catch (URISyntaxException e) {
                return false;
            }
        }
    }
}
