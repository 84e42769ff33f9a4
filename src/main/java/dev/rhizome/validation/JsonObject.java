package dev.rhizome.validation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A text that is a JSON object, compact; in the request it stands as the object itself. */
@Documented
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
public @interface JsonObject {

    /** Most bytes, numbers written out. */
    int max() default USUAL;

    /** As many bytes as most objects may have. */
    int USUAL = 16 * 1024;
}
