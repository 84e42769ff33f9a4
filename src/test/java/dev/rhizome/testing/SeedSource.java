package dev.rhizome.testing;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.AnnotationConsumer;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The seeds of {@link Seeds}, or the one that the system property {@code seed} names. */
public final class SeedSource implements ArgumentsProvider, AnnotationConsumer<Seeds> {

    private static final String CASES = "cases";
    private static final String ONE = "seed";

    private LongStream seeds = LongStream.empty();

    @Override
    public void accept(Seeds asked) {
        Long one = Long.getLong(ONE);
        seeds = one == null
                ? LongStream.range(asked.first(), asked.first() + Long.getLong(CASES, asked.cases()))
                : LongStream.of(one);
    }

    @Override
    public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return seeds.mapToObj(Arguments::of);
    }
}
