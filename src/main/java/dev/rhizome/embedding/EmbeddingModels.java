package dev.rhizome.embedding;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The models that this service is configured with. */
public final class EmbeddingModels {

    private final Map<String, EmbeddingModel> models = new LinkedHashMap<>();
    private final ModelName first;

    /**
     * Takes {@code models}, that of new tenants first.
     *
     * @throws IllegalArgumentException when two have the same id
     */
    public EmbeddingModels(List<? extends EmbeddingModel> models) {
        for (EmbeddingModel model : models) {
            if (this.models.putIfAbsent(model.name().id(), model) != null) {
                throw new IllegalArgumentException("rhizome.embedding: two models are named "
                        + model.name().id() + " (expected: different names)");
            }
        }
        this.first = models.getFirst().name();
    }

    /** The model of new tenants. */
    public ModelName ofNewTenants() {
        return first;
    }

    /** The model of that id, empty where it is not configured here. */
    public Optional<EmbeddingModel> find(String id) {
        return Optional.ofNullable(models.get(id));
    }

    /** The ids of all, that of new tenants first. */
    public List<String> ids() {
        return List.copyOf(models.keySet());
    }

    /** All of them. */
    public Collection<EmbeddingModel> all() {
        return models.values();
    }
}
