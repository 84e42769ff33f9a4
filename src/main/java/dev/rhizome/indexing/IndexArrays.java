package dev.rhizome.indexing;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.problem.OptimisticLockConflict;
import io.r2dbc.postgresql.codec.Vector;
import io.r2dbc.spi.Parameters;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code index_documents}, one array a column. */
public final class IndexArrays {

    private final String[] ids;
    private final String[] types;
    private final String[] names;
    private final String[] texts;
    private final Float[] confidences;
    private final String[] metadatas;
    private final VectorSpace space;
    private final @Nullable VectorSpace nextSpace;
    private final @Nullable Vector[] embeddings;
    private final @Nullable Vector[] nextEmbeddings;

    /** Of {@code documents}, with a vector each, or null, in the profile's space, and in the next one or none at all. */
    IndexArrays(
            List<SearchDocument> documents,
            TenantProfile profile,
            List<@Nullable Embedding> now,
            List<@Nullable Embedding> later) {
        int count = documents.size();
        space = profile.space();
        nextSpace = profile.nextSpace();
        ids = new String[count];
        types = new String[count];
        names = new String[count];
        texts = new String[count];
        confidences = new Float[count];
        metadatas = new String[count];
        embeddings = new Vector[count];
        nextEmbeddings = new Vector[count];
        for (int i = 0; i < count; i++) {
            SearchDocument document = documents.get(i);
            ids[i] = document.id();
            types[i] = document.type();
            names[i] = document.name();
            texts[i] = document.text();
            confidences[i] = document.confidence();
            metadatas[i] = document.metadata();
            embeddings[i] = vector(now.get(i));
            nextEmbeddings[i] = later.isEmpty() ? null : vector(later.get(i));
        }
    }

    private static @Nullable Vector vector(@Nullable Embedding embedding) {
        return embedding == null ? null : Vector.of(embedding.values());
    }

    private IndexArrays(List<IndexArrays> parts) {
        IndexArrays first = parts.getFirst();
        space = first.space;
        nextSpace = first.nextSpace;
        ids = join(parts, part -> part.ids, String[]::new);
        types = join(parts, part -> part.types, String[]::new);
        names = join(parts, part -> part.names, String[]::new);
        texts = join(parts, part -> part.texts, String[]::new);
        confidences = join(parts, part -> part.confidences, Float[]::new);
        metadatas = join(parts, part -> part.metadatas, String[]::new);
        embeddings = join(parts, part -> part.embeddings, Vector[]::new);
        nextEmbeddings = join(parts, part -> part.nextEmbeddings, Vector[]::new);
    }

    private static <T extends @Nullable Object> T[] join(
            List<IndexArrays> parts, Function<IndexArrays, T[]> column, IntFunction<T[]> make) {
        return parts.stream().flatMap(part -> Arrays.stream(column.apply(part))).toArray(make);
    }

    /**
     * The documents of all {@code parts}, of which there is at least one, to be written by one statement.
     *
     * @throws OptimisticLockConflict where the tenant's spaces changed between them
     */
    public static IndexArrays joined(List<IndexArrays> parts) {
        IndexArrays first = parts.getFirst();
        for (IndexArrays part : parts) {
            if (!part.space.equals(first.space) || !Objects.equals(part.nextSpace, first.nextSpace)) {
                throw new OptimisticLockConflict("the tenant's embedding model has just been changed");
            }
        }
        return parts.size() == 1 ? first : new IndexArrays(parts);
    }

    /**
     * The arguments {@code $1} to {@code $10}: ids, types, names, texts, confidences, metadata (as text), space, embeddings,
     * next space, next embeddings; then {@code more}.
     */
    public Object[] with(Object... more) {
        Object[] arguments = new Object[10 + more.length];
        arguments[0] = ids;
        arguments[1] = types;
        arguments[2] = names;
        arguments[3] = texts;
        arguments[4] = confidences;
        arguments[5] = metadatas;
        arguments[6] = space.number();
        arguments[7] = embeddings;
        arguments[8] = nextSpace == null ? Parameters.in(Short.class) : nextSpace.number();
        arguments[9] = nextEmbeddings;
        System.arraycopy(more, 0, arguments, 10, more.length);
        return arguments;
    }
}
