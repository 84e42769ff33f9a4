package dev.rhizome.validation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a field is where it is absent or null. */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Default {

    /** The value, as a parameter would say it. */
    String value() default "";

    /** Property that has the value, such as {@code rhizome.search.default-results}; empty where {@link #value} has it. */
    String setting() default "";
}
