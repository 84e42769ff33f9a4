package dev.rhizome.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Handle;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;

/**
 * The texts of a class of the service that may be statements: the values of its static fields, which is where one that is
 * put together of parts has its last form, and the constants in its code.
 */
record Statements(String className, Set<String> texts) {

    private static final int MOST_DEPTH = 3;

    /** Of every class of the service. */
    static List<Statements> ofTheService() {
        try {
            Path classes = Path.of(URI.create(Objects.requireNonNull(Query.class.getResource("Query.class"))
                            .toString()))
                    .resolve("../../../..")
                    .normalize();
            return of(classes, Statements.class.getClassLoader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of every class of ours in the folder {@code classes}, which {@code loader} loads. */
    static List<Statements> of(Path classes, ClassLoader loader) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .map(file -> classes.relativize(file).toString())
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .filter(name -> name.startsWith("dev.rhizome."))
                    .sorted()
                    .map(name -> of(name, loader))
                    .toList();
        }
    }

    @Override
    public String toString() {
        return className;
    }

    private static Statements of(String className, ClassLoader loader) {
        Set<String> texts = inCode(className, loader);
        try {
            Class<?> type = Class.forName(className, false, loader);
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) && texts.stream().anyMatch(Statements::hasBlank)) {
                    collect(value(field, null), texts, 0);
                }
            }
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        return new Statements(className, texts);
    }

    private static boolean hasBlank(String text) {
        return text.contains(" ");
    }

    private static void collect(@Nullable Object value, Set<String> texts, int depth) {
        switch (value) {
            case String text -> texts.add(text);
            case Collection<?> values -> values.forEach(one -> collect(one, texts, depth));
            case Map<?, ?> map -> map.values().forEach(one -> collect(one, texts, depth));
            case Object[] array -> Arrays.stream(array).forEach(one -> collect(one, texts, depth));
            case Object ours
            when depth < MOST_DEPTH && ours.getClass().getName().startsWith("dev.rhizome.") ->
                Arrays.stream(ours.getClass().getDeclaredFields())
                        .filter(field -> !Modifier.isStatic(field.getModifiers()))
                        .forEach(field -> collect(value(field, ours), texts, depth + 1));
            case null, default -> {}
        }
    }

    private static @Nullable Object value(Field field, @Nullable Object of) {
        try {
            AccessibleObject.setAccessible(new AccessibleObject[] {field}, true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Constants that code loads, and the parts of strings that it concatenates. */
    private static Set<String> inCode(String className, ClassLoader loader) {
        Set<String> texts = new LinkedHashSet<>();
        try (InputStream file = loader.getResourceAsStream(className.replace('.', '/') + ".class")) {
            new ClassReader(Objects.requireNonNull(file)).accept(new Constants(texts), ClassReader.SKIP_DEBUG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }

    private static final class Constants extends ClassVisitor {

        private final Set<String> texts;

        Constants(Set<String> texts) {
            super(Opcodes.ASM9);
            this.texts = texts;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {

                @Override
                public void visitLdcInsn(Object value) {
                    collect(value, texts, 0);
                }

                @Override
                public void visitInvokeDynamicInsn(
                        String called, String calledDescriptor, Handle bootstrap, Object... arguments) {
                    collect(arguments, texts, 0);
                }
            };
        }
    }
}
