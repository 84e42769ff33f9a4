package dev.rhizome;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.CanBeAnnotated.Predicates.annotatedWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import dev.rhizome.http.TokenAuthenticator;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.ServerRequest;

/** The dependency rules of the packages; a field's name is its rule. */
@AnalyzeClasses(packages = "dev.rhizome", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /**
     * A package, or several that are used alike, and the rooms that it may use.
     *
     * @param packages under {@code dev.rhizome}
     */
    private record Room(String name, List<String> packages, List<String> mayUse) {

        static Room of(String name, String mayUse) {
            return new Room(name, List.of(name), words(mayUse));
        }

        static Room of(String name, String packages, String mayUse) {
            return new Room(name, words(packages), words(mayUse));
        }

        private static List<String> words(String text) {
            return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
        }
    }

    /** What everything from http on may use. */
    private static final String BASE =
            "problem tenant values fairness validation binding embedding database job ledger indexing quota";

    private static final List<Room> ROOMS = List.of(
            Room.of("problem", ""),
            Room.of("tenant", "problem"),
            Room.of("values", "paging bulk", "problem"),
            Room.of("fairness", "problem tenant"),
            Room.of("validation", "problem"),
            Room.of("embedding", "problem tenant fairness"),
            Room.of("binding", "problem values validation embedding"),
            Room.of("database", "problem tenant fairness embedding"),
            Room.of("preflight", "embedding database"),
            Room.of("job", "problem tenant fairness database"),
            Room.of("quota", "problem tenant values fairness database"),
            Room.of("ledger", "integrity ledger", "problem tenant validation database"),
            // A change of a tenant's embedding model is audited where it is made.
            Room.of("indexing", "indexing rehousing", "problem tenant embedding database job audit"),
            Room.of("http", BASE),
            Room.of("audit", BASE + " http"),
            Room.of("tenancy", BASE + " http audit"),
            Room.of("graph", BASE + " http audit"),
            Room.of("sharing", BASE + " http audit graph"),
            Room.of("search", BASE + " http audit graph sharing"),
            Room.of(
                    "services",
                    "transfer agent knowledge crawl document extraction chunking searchlog verification provenance event rollup benchmark usage federation",
                    BASE + " http audit tenancy graph sharing search"),
            Room.of("observability", BASE + " http audit tenancy graph sharing search services"),
            Room.of("cli", BASE + " preflight http audit tenancy graph sharing search services observability"));

    @ArchTest
    static final ArchRule dependenciesPointDownwards = rooms();

    private static ArchRule rooms() {
        LayeredArchitecture architecture = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.rhizome..")
                .withOptionalLayers(true)
                .layer("root")
                .definedBy("dev.rhizome");
        for (Room room : ROOMS) {
            architecture = architecture
                    .layer(room.name())
                    .definedBy(room.packages().stream()
                            .map(name -> "dev.rhizome." + name + "..")
                            .toArray(String[]::new));
        }
        architecture = architecture.whereLayer("root").mayNotBeAccessedByAnyLayer();
        for (Room room : ROOMS) {
            architecture = room.mayUse().isEmpty()
                    ? architecture.whereLayer(room.name()).mayNotAccessAnyLayer()
                    : architecture
                            .whereLayer(room.name())
                            .mayOnlyAccessLayers(room.mayUse().toArray(String[]::new));
        }
        return architecture.ensureAllClassesAreContainedInArchitecture();
    }

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

    /** Each of them takes a lock in {@code offer}, for which an event loop would wait. */
    @ArchTest
    static final ArchRule noQueueHasALock =
            noClasses().should().dependOnClassesThat().areAssignableTo(java.util.concurrent.BlockingQueue.class);

    private static final DescribedPredicate<JavaClass> TRANSPORT = resideInAnyPackage(
                    "dev.rhizome.http..", "org.springframework.web..", "org.springframework.http..")
            .as("transport");

    private static final DescribedPredicate<JavaClass> STORAGE =
            resideInAnyPackage("dev.rhizome.database..", "io.r2dbc..").as("storage");

    /** Handlers, routes, configurations and filters: they take a request, or are put together by Spring. */
    private static final DescribedPredicate<JavaClass> TAKES_REQUESTS = DescribedPredicate.<JavaClass>or(
                    annotatedWith(Configuration.class),
                    assignableTo(TokenAuthenticator.class),
                    describe("take requests", ArchitectureTest::takesRequests))
            .as("handlers, routes or authenticators");

    /** The body of a request is read from JSON, and does nothing. */
    private static final DescribedPredicate<JavaClass> BODY = describe(
            "bodies of requests",
            type -> type.getDirectDependenciesFromSelf().stream()
                    .map(Dependency::getTargetClass)
                    .noneMatch(STORAGE.or(resideInAnyPackage("reactor..", "org.springframework.web.."))));

    @ArchTest
    static final ArchRule theDomainKnowsNoTransport = noClasses()
            .that()
            .resideOutsideOfPackage("dev.rhizome.http..")
            .and(not(TAKES_REQUESTS))
            .and(not(BODY))
            .should()
            .dependOnClassesThat(TRANSPORT);

    @ArchTest
    static final ArchRule whatTakesRequestsKnowsNoStorage = noClasses()
            .that(TAKES_REQUESTS)
            .and()
            .resideOutsideOfPackage("dev.rhizome.http..") // it bounds what is read
            .and()
            .areNotAnnotatedWith(Configuration.class)
            .should()
            .dependOnClassesThat(STORAGE);

    @ArchTest
    static final ArchRule routesAreUrlsAndNothingElse = noClasses()
            .that()
            .haveSimpleNameEndingWith("Routes")
            .and()
            .resideOutsideOfPackages("dev.rhizome.http..")
            .should()
            .callConstructorWhere(target(owner(resideInAnyPackage("dev.rhizome.."))));

    private static boolean takesRequests(JavaClass type) {
        return type.getMethods().stream()
                .anyMatch(method -> method.getRawParameterTypes().stream()
                        .anyMatch(parameter -> parameter.isEquivalentTo(ServerRequest.class)));
    }

    @ArchTest
    static final ArchRule configurationIsRecords = classes()
            .that()
            .areAnnotatedWith(ConfigurationProperties.class)
            .should()
            .beRecords();

    /** A source scan, since a setting's name is a string and a call of a method of Reactor's is generic. */
    @Test
    void theTenantIsBoundInOnePlaceAndNothingBlocks() throws IOException {
        assertThat(sourcesWith("app.current_tenant")) // the rule looks whether somebody else has set it
                .containsExactly("PolicyRules.java", "TenantTransactions.java");
        assertThat(sourcesWith(".block(")).containsExactlyInAnyOrder("DatabaseStart.java", "CheckCommand.java");
        assertThat(sourcesWith("Thread.sleep")).isEmpty();
        assertThat(sourcesWith(".subscribe(")).isEmpty();
    }

    /** A second maker would have to get right again what one did: no half-written key, and none replaced. */
    @Test
    void keyFilesAreMadeInOnePlace() throws IOException {
        assertThat(sourcesWith("PosixFilePermission")).containsExactly("KeyFile.java");
        assertThat(sourcesWith("KeyFile.readOrCreate("))
                .containsExactlyInAnyOrder(
                        "OperatorKey.java", "StreamSecret.java", "IntegrityKey.java", "Keyring.java");
    }

    /** Spring cuts a segment of a path at a semicolon, and ignores what nobody asks for; the one reader does neither. */
    @Test
    void requestsAreReadInOneWay() throws IOException {
        assertThat(sourcesWith(".pathVariable")).isEmpty();
        assertThat(sourcesWith(".queryParam")).isEmpty();
        assertThat(sourcesWith("BodyExtractors.")).containsExactly("Bodies.java", "LineStream.java");
        assertThat(sourcesWith("uri().getRawQuery(")).containsExactly("RawParameters.java", "Streams.java");
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
