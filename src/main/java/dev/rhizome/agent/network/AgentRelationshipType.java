package dev.rhizome.agent.network;

import dev.rhizome.validation.OneOf;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How two agents can stand to each other. */
@Documented
@OneOf({
    "COLLABORATES_WITH",
    "SIMILAR_TO",
    "DERIVED_FROM",
    "VALIDATES",
    "DEPENDS_ON",
    "COMPETES_WITH",
    "INFLUENCES",
    "REPLACES",
    "ENHANCES"
})
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@interface AgentRelationshipType {

    /** Empty: what is expected is what the constraints that this is made of say. */
    String message() default "";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};
}
