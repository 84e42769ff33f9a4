package dev.rhizome;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The dependency rules of the packages; a field's name is its rule. */
@AnalyzeClasses(packages = "dev.rhizome", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule dependenciesPointDownwards = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.rhizome..")
            .withOptionalLayers(true)
            .layer("root")
            .definedBy("dev.rhizome")
            .layer("cli")
            .definedBy("..cli..")
            .layer("observability")
            .definedBy("..observability..")
            .layer("domain")
            .definedBy("..agent..", "..provenance..", "..event..")
            .layer("search")
            .definedBy("..search..")
            .layer("features")
            .definedBy("..graph..", "..tenancy..")
            .layer("audit")
            .definedBy("..audit..")
            .layer("indexing")
            .definedBy("..indexing..")
            .layer("job")
            .definedBy("..job..")
            .layer("database")
            .definedBy("..database..")
            .layer("http")
            .definedBy("..http..")
            .layer("embedding")
            .definedBy("..embedding..")
            .layer("tenant")
            .definedBy("..tenant")
            .layer("integrity")
            .definedBy("..integrity..")
            .layer("paging")
            .definedBy("..paging..", "..bulk..")
            .layer("problem")
            .definedBy("..problem..")
            .whereLayer("root")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cli")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("observability")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("domain")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("search")
            .mayOnlyBeAccessedByLayers("domain")
            .whereLayer("features")
            .mayOnlyBeAccessedByLayers("domain", "search", "cli")
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers("domain", "features", "indexing")
            .whereLayer("indexing")
            .mayOnlyBeAccessedByLayers("domain", "features", "search")
            .whereLayer("job")
            .mayOnlyBeAccessedByLayers("domain", "features", "indexing")
            .whereLayer("http")
            .mayOnlyBeAccessedByLayers("domain", "features", "search", "audit")
            .whereLayer("paging")
            .mayOnlyBeAccessedByLayers("domain", "features", "search", "audit", "http")
            .whereLayer("integrity")
            .mayOnlyBeAccessedByLayers("domain", "cli")
            .whereLayer("database")
            .mayOnlyBeAccessedByLayers(
                    "domain", "features", "search", "audit", "indexing", "job", "observability", "cli")
            .whereLayer("embedding")
            .mayOnlyBeAccessedByLayers("domain", "features", "search", "indexing", "database", "cli");

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("dev.rhizome.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyDatabaseTakesConnections = noClasses()
            .that()
            .resideOutsideOfPackages("..database..")
            .should()
            .callMethod(io.r2dbc.pool.ConnectionPool.class, "create")
            .orShould()
            .callMethod(ConnectionFactory.class, "create")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.r2dbc.spi.Connection");

    @ArchTest
    static final ArchRule nothingUsesJdbc =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("java.sql..", "javax.sql..");

    @ArchTest
    static final ArchRule onlyRoutesAndHandlersKnowHttp = noClasses()
            .that()
            .resideOutsideOfPackages("..http..")
            .and()
            .haveSimpleNameNotEndingWith("Routes")
            .and()
            .haveSimpleNameNotEndingWith("Handler")
            .and()
            .haveSimpleNameNotEndingWith("Reader")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.web..", "org.springframework.http..");

    @ArchTest
    static final ArchRule configurationIsRecords = classes()
            .that()
            .areAnnotatedWith(ConfigurationProperties.class)
            .should()
            .beRecords();

    /** A source scan, since a setting's name is a string and a call of a method of Reactor's is generic. */
    @Test
    void theTenantIsBoundInOnePlaceAndNothingBlocks() throws IOException {
        assertThat(sourcesWith("app.current_tenant")).containsExactly("TenantTransactions.java");
        assertThat(sourcesWith(".block(")).containsExactlyInAnyOrder("DatabaseStart.java", "CheckCommand.java");
        assertThat(sourcesWith("Thread.sleep")).isEmpty();
        assertThat(sourcesWith(".subscribe(")).isEmpty();
    }

    private static List<String> sourcesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> contains(file, text))
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
