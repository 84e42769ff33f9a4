package dev.rhizome.agent;

import dev.rhizome.graph.Projection;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.NoneOf;
import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The id of an agent that is written; words that stand in its place in a route are none. */
@Documented
@Identifier(max = Projection.LONGEST_ID)
@NoneOf({"match", "statistics", "stale", "cards", "relationships", "centrality", "capabilities"})
@ReportAsSingleViolation
@Constraint(validatedBy = {})
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@interface AgentId {

    /** Empty: what is expected is what the constraints that this is made of say. */
    String message() default "";

    /** As Bean Validation wants it. */
    Class<?>[] groups() default {};

    /** As Bean Validation wants it. */
    Class<? extends Payload>[] payload() default {};
}
