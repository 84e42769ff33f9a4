package dev.rhizome.contract;

import dev.rhizome.binding.Document;
import dev.rhizome.embedding.Embedding;
import dev.rhizome.paging.Cursor;
import dev.rhizome.validation.Decimal;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.HexDigits;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Parameter;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.Settings;
import dev.rhizome.validation.Slug;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TextBytes;
import dev.rhizome.validation.Times;
import dev.rhizome.validation.TypeName;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a record says of its components, in the words of JSON Schema, each by its path. */
final class Facts {

    private static final Set<String> UNSAID_DEFAULTS =
            Set.of("", "{}", Times.EARLIEST, Times.LATEST, String.valueOf(Long.MAX_VALUE));

    private final Settings settings;
    private final boolean areParameters;
    private final Map<String, String> facts = new TreeMap<>();

    private Facts(Settings settings, boolean areParameters) {
        this.settings = settings;
        this.areParameters = areParameters;
    }

    /** Facts of the fields of a body that is read into {@code type}. */
    static Map<String, String> ofBody(Class<?> type, Settings settings) {
        Facts facts = new Facts(settings, false);
        facts.addFields("", type);
        return facts.facts;
    }

    /** Facts of the parameters that are read into {@code type}. */
    static Map<String, String> ofParameters(Class<?> type, Settings settings) {
        Facts facts = new Facts(settings, true);
        facts.addFields("", type);
        return facts.facts;
    }

    private void addFields(String prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            Field field = field(type, component.getName());
            Parameter renamed = field.getAnnotation(Parameter.class);
            String name = areParameters && renamed != null ? renamed.value() : component.getName();
            boolean isField = !areParameters || field.getType() != Embedding.class;
            if (isField) {
                addField(prefix + name, field);
            }
        }
    }

    private static Field field(Class<?> type, String name) {
        try {
            return type.getDeclaredField(name);
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private void addField(String path, Field field) {
        boolean canBeAbsent = field.isAnnotationPresent(Default.class)
                || field.isAnnotationPresent(NewIdIfAbsent.class)
                || field.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || field.getType() == java.util.List.class;
        if (!canBeAbsent) {
            facts.put(path + " required", "true");
        }
        Default otherwise = field.getAnnotation(Default.class);
        if (otherwise != null && !UNSAID_DEFAULTS.contains(settings.value(otherwise))) {
            facts.put(path + " default", plain(settings.value(otherwise)));
        }
        addValue(path, field.getAnnotatedType(), field);
    }

    private void addValue(String path, AnnotatedType annotated, AnnotatedElement annotations) {
        Class<?> type = raw(annotated.getType());
        constraints(annotations).forEach(constraint -> addConstraint(path, constraint));
        if (type == java.util.List.class) {
            AnnotatedType element = ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[0];
            facts.put(path + " type", "array");
            addValue(path + "[]", element, element);
        } else if (type == Embedding.class) {
            facts.put(path + " type", "array");
            facts.put(path + "[] type", "number");
        } else if (type == Document.class) {
            AnnotatedType content = ((AnnotatedParameterizedType) annotated).getAnnotatedActualTypeArguments()[0];
            addValue(path, content, content);
        } else if (annotations.isAnnotationPresent(JsonObject.class)) {
            facts.put(path + " type", areParameters ? "string" : "object");
        } else if (type.isRecord() && type != Cursor.class) {
            facts.put(path + " type", "object");
            addFields(path + ".", type);
        } else {
            addScalar(path, type);
        }
    }

    private void addScalar(String path, Class<?> type) {
        if (type.isEnum()) {
            facts.put(path + " type", "string");
            facts.put(
                    path + " enum",
                    words(Stream.of(type.getEnumConstants())
                            .map(word -> ((Enum<?>) word).name().toLowerCase(Locale.ROOT))));
            return;
        }
        facts.put(
                path + " type",
                switch (type.getSimpleName()) {
                    case "int", "Integer", "long", "Long" -> "integer";
                    case "float", "Float", "double", "Double", "BigDecimal" -> "number";
                    case "boolean", "Boolean" -> "boolean";
                    default -> "string";
                });
        switch (type.getSimpleName()) {
            case "Instant" -> facts.put(path + " format", "date-time");
            case "Duration" -> facts.put(path + " format", "duration");
            case "UUID" -> facts.put(path + " format", "uuid");
            default -> {}
        }
    }

    /** The constraints of {@code annotated}, with those that they are made of. */
    private static Stream<Annotation> constraints(AnnotatedElement annotated) {
        return Stream.of(annotated.getAnnotations())
                .filter(annotation ->
                        annotation.annotationType().getPackageName().startsWith("dev.rhizome")
                                || annotation instanceof Size)
                .flatMap(annotation -> Stream.concat(Stream.of(annotation), constraints(annotation.annotationType())));
    }

    private void addConstraint(String path, Annotation constraint) {
        switch (constraint) {
            case Identifier id -> lengths(path, 1, id.max());
            case Text text -> lengths(path, text.min(), text.max());
            case TextBytes text -> lengths(path, 0, text.max());
            case TypeName name -> facts.put(path + " pattern", "^[A-Z0-9_]{1,64}$");
            case LowerTypeName name -> facts.put(path + " pattern", "^[a-z0-9_]{1,64}$");
            case Slug slug -> facts.put(path + " pattern", "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$");
            case HexDigits hex -> facts.put(path + " pattern", "^[0-9a-f]{" + hex.length() + "}$");
            case Ratio ratio -> bounds(path, "0", "1");
            case Decimal decimal -> bounds(path, plain(decimal.min()), plain(decimal.max()));
            case WholeNumber whole -> {
                long greatest = settings.greatest(whole);
                bounds(path, plain(whole.min()), greatest == Long.MAX_VALUE ? "" : plain(greatest));
            }
            case OneOf words -> facts.put(path + " enum", words(Stream.of(words.value())));
            case Size size -> facts.put(path + " maxItems", plain(size.max()));
            default -> {}
        }
    }

    private void lengths(String path, int least, int most) {
        if (least > 0) {
            facts.put(path + " minLength", plain(least));
        }
        facts.put(path + " maxLength", plain(most));
    }

    private void bounds(String path, String least, String greatest) {
        facts.put(path + " minimum", least);
        if (!greatest.isEmpty()) {
            facts.put(path + " maximum", greatest);
        }
    }

    /** Words in an order of their own. */
    static String words(Stream<String> words) {
        return words.collect(Collectors.toCollection(TreeSet::new)).toString();
    }

    /** A number as it is written shortest. */
    static String plain(Object value) {
        try {
            return new java.math.BigDecimal(String.valueOf(value))
                    .stripTrailingZeros()
                    .toPlainString();
        } catch (NumberFormatException e) {
            return String.valueOf(value);
        }
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic ? (Class<?>) generic.getRawType() : (Class<?>) type;
    }
}
