package dev.rhizome.libraries;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bill of materials that the build puts into the jar, in CycloneDX. */
public final class BillOfMaterials {

    /** Where it lies, in the jar and on the class path. */
    public static final String FILE = "META-INF/sbom/application.cdx.json";

    private final JsonNode root;

    /**
     * A library.
     *
     * @param licences SPDX's id where it has one, else the name that the library gives; several are a choice
     */
    public record Library(String group, String name, String version, List<String> licences) {

        String coordinates() {
            return group + ":" + name;
        }
    }

    private BillOfMaterials(JsonNode root) {
        this.root = root;
    }

    /** That of the class path. */
    static BillOfMaterials ofThisProgram() {
        try (InputStream file = BillOfMaterials.class.getClassLoader().getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException(FILE + ": missing; Maven makes it, but not offline");
            }
            return of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one in {@code file}. */
    public static BillOfMaterials of(InputStream file) {
        return new BillOfMaterials(JsonMapper.shared().readTree(file));
    }

    JsonNode root() {
        return root;
    }

    /** Its libraries; one that is there for several platforms is there several times. */
    public List<Library> libraries() {
        return root.path("components")
                .valueStream()
                .map(one -> new Library(
                        one.path("group").asString(),
                        one.path("name").asString(),
                        one.path("version").asString(),
                        one.path("licenses")
                                .valueStream()
                                .map(BillOfMaterials::licence)
                                .toList()))
                .toList();
    }

    private static String licence(JsonNode named) {
        return Stream.of("/license/id", "/expression", "/license/name")
                .map(where -> named.at(where).asString(""))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("nameless");
    }
}
