package dev.rhizome.binding;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.rhizome.validation.JsonObject;
import jakarta.validation.Constraint;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Field;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record that requests are read into can be read, and says a bound for every text, number and list. */
class RequestRecordsTest {

    private static final RecordBinder BINDER = new RecordBinder(name -> "1000");
    private static final Set<Class<?>> BOUNDED_BY_THEMSELVES = Set.of(boolean.class, Boolean.class);

    /** Looked for once, since it reads every class of the service. */
    private static final List<Class<?>> RECORDS = found();

    static Stream<Class<?>> records() {
        return RECORDS.stream();
    }

    private static List<Class<?>> found() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.rhizome").stream()
                        .filter(type -> type.isRecord())
                        .<Class<?>>map(JavaClass::reflect)
                        .filter(RequestRecordsTest::saysLimits)
                        .toList();
    }

    @Test
    void thereAreSuchRecords() {
        assertThat(records().map(Class::getSimpleName))
                .contains("EntityInput", "SearchInput", "AgentBody", "WalkParameters");
    }

    @ParameterizedTest
    @MethodSource("records")
    void eachCanBeRead(Class<?> type) {
        BINDER.prepare(type);
    }

    @ParameterizedTest
    @MethodSource("records")
    void eachTextNumberAndListHasABound(Class<?> type) throws NoSuchFieldException {
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = type.getDeclaredField(component.getName());
            if (field.getType() == List.class) {
                AnnotatedElement element =
                        ((AnnotatedParameterizedType) field.getAnnotatedType()).getAnnotatedActualTypeArguments()[0];
                assertThat(isConstrained(field)).as("bound of %s", field).isTrue();
                assertThat(field.getGenericType().getTypeName().contains("String") && !isConstrained(element))
                        .as("elements without a bound in %s", field)
                        .isFalse();
            } else if (field.getType() == String.class || isNumber(field.getType())) {
                assertThat(isConstrained(field)).as("bound of %s", field).isTrue();
            }
        }
    }

    private static boolean saysLimits(Class<?> type) {
        return Stream.of(type.getDeclaredFields())
                .flatMap(field -> Stream.of(field.getAnnotations()))
                .anyMatch(annotation -> isOurs(annotation.annotationType()));
    }

    private static boolean isOurs(Class<?> annotation) {
        return annotation.getName().startsWith("dev.rhizome.validation.");
    }

    private static boolean isNumber(Class<?> type) {
        return Number.class.isAssignableFrom(type) || (type.isPrimitive() && !BOUNDED_BY_THEMSELVES.contains(type));
    }

    private static boolean isConstrained(AnnotatedElement element) {
        return Arrays.stream(element.getAnnotations())
                .map(Annotation::annotationType)
                .anyMatch(type -> type == JsonObject.class || type.isAnnotationPresent(Constraint.class));
    }
}
