package dev.rhizome.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a test once for each of some seeds, from which it draws its case; see {@link Draw}. The seed is the name of the
 * case, so a failure says it, and {@code -Dseed=NUMBER} runs that case alone;
 * {@code -Dcases=NUMBER} runs so many.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "seed {0}")
@ArgumentsSource(SeedSource.class)
public @interface Seeds {

    /** How many cases. */
    int cases();

    /** The seed of the first; each case after it has the next number. */
    long first();
}
