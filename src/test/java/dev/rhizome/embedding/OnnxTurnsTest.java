package dev.rhizome.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Nobody waits for all of another tenant's texts. */
class OnnxTurnsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> MANY =
            Collections.nCopies(2_000, "a text with a dozen words, that takes the model a moment");

    private static <T> CompletableFuture<@Nullable T> of(int tenant, Mono<T> work) {
        return work.contextWrite(TenantContext.of(new TenantId(new UUID(0, tenant))))
                .toFuture();
    }

    @Test
    void aQueryAndAnotherTenantsTextComeBeforeTheRestOfAnUpload() {
        try (OnnxEmbeddingModel model = new OnnxEmbeddingModel()) {
            model.awaitLoaded();
            List<CompletableFuture<@Nullable List<Embedding>>> uploads = new ArrayList<>();
            for (int i = 0; i <= Runtime.getRuntime().availableProcessors(); i++) { // more than there are threads
                uploads.add(of(1, model.embed(MANY)));
            }

            assertThat(of(2, model.embedQuery("a question"))).succeedsWithin(LIMIT);
            assertThat(of(3, model.embed(List.of("a text")))).succeedsWithin(LIMIT);
            assertThat(of(1, model.embedQuery("its own question"))).succeedsWithin(LIMIT);

            assertThat(uploads).noneMatch(CompletableFuture::isDone);
            assertThat(uploads).allMatch(upload -> upload.cancel(true));
        }
    }
}
