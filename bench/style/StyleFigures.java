import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Figures of the style of Java sources, each directory apart, read by the JDK's own parser:
 *
 * <pre>java bench/style/StyleFigures.java src/main/java src/test/java</pre>
 *
 * <p>A method's lines go from its first modifier to its last brace, without javadoc. A lambda is nested when another
 * one of the same method is around it. Javadoc repeats a name when it has no tags and its first sentence has no word,
 * but for small ones, that is not in the name of what it stands at, of its type or of its parameters.
 */
final class StyleFigures {

    private static final Set<String> SMALL = Set.of(
            "a", "an", "and", "are", "as", "at", "be", "by", "code", "for", "from", "gets", "given", "gives", "has",
            "in", "is", "it", "its", "link", "new", "of", "on", "one", "or", "returns", "sets", "that", "the", "their",
            "this", "to", "what", "which", "with");
    private static final int PACKAGES = 8;

    private final List<Integer> fileLines = new ArrayList<>();
    private final List<Integer> methodLines = new ArrayList<>();
    private final Map<String, int[]> lambdas = new TreeMap<>(); // by package: all, nested
    private int deepest;
    private int publicTypes;
    private int publicTypesTold;
    private int publicMethods;
    private int publicMethodsTold;
    private int javadocs;
    private int repeating;
    private final List<String> repeated = new ArrayList<>();
    private long commentLines;
    private long filledLines;

    public static void main(String[] arguments) throws IOException {
        boolean verbose = Arrays.asList(arguments).contains("--list");
        for (String directory : arguments) {
            if (!directory.equals("--list")) {
                StyleFigures figures = new StyleFigures();
                figures.read(Path.of(directory));
                figures.print(directory, verbose);
            }
        }
        if (arguments.length == 0) {
            System.err.println("usage: java StyleFigures.java [--list] DIRECTORY…");
            System.exit(2);
        }
    }

    private void read(Path directory) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory)) {
            files = all.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    manager,
                    diagnostic -> {},
                    List.of("-proc:none"),
                    null,
                    manager.getJavaFileObjectsFromPaths(files));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                String source = unit.getSourceFile().getCharContent(true).toString();
                fileLines.add((int) source.lines().count());
                new Reader(docs, unit).scan(unit, null);
                countComments(source);
            }
        }
    }

    /** Walks through one file. */
    private final class Reader extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final CompilationUnitTree unit;
        private final String packageName;

        Reader(DocTrees docs, CompilationUnitTree unit) {
            this.docs = docs;
            this.unit = unit;
            this.packageName = String.valueOf(unit.getPackageName());
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            boolean named = !type.getSimpleName().isEmpty();
            if (named && isPublic(type.getModifiers()) && !isInMethod(getCurrentPath())) {
                publicTypes++;
                publicTypesTold += told(type.getSimpleName().toString(), "") ? 1 : 0;
            } else if (named) {
                told(type.getSimpleName().toString(), "");
            }
            return super.visitClass(type, nothing);
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            LineMap lines = unit.getLineMap();
            long start = docs.getSourcePositions().getStartPosition(unit, method);
            long end = docs.getSourcePositions().getEndPosition(unit, method);
            if (start >= 0 && end >= 0 && method.getBody() != null) {
                methodLines.add((int) (lines.getLineNumber(end) - lines.getLineNumber(start) + 1));
            }
            ClassTree owner = (ClassTree) getCurrentPath().getParentPath().getLeaf();
            String name = method.getName().contentEquals("<init>")
                    ? ""
                    : method.getName().toString();
            StringBuilder context = new StringBuilder(owner.getSimpleName());
            method.getParameters()
                    .forEach(each -> context.append(' ')
                            .append(each.getName())
                            .append(' ')
                            .append(each.getType()));
            context.append(' ').append(method.getReturnType());
            boolean told = told(name, context.toString());
            if (isOpen(method, owner)) {
                publicMethods++;
                publicMethodsTold += told ? 1 : 0;
            }
            return super.visitMethod(method, nothing);
        }

        private boolean isOpen(MethodTree method, ClassTree owner) {
            boolean ofInterface = owner.getKind() == Tree.Kind.INTERFACE
                    && !method.getModifiers().getFlags().contains(Modifier.PRIVATE);
            boolean override = method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
            boolean generated = docs.getSourcePositions().getStartPosition(unit, method) < 0;
            return (isPublic(method.getModifiers()) || ofInterface)
                    && isPublic(owner.getModifiers())
                    && !override
                    && !generated;
        }

        private static boolean isPublic(ModifiersTree modifiers) {
            return modifiers.getFlags().contains(Modifier.PUBLIC);
        }

        private static boolean isInMethod(TreePath path) {
            for (TreePath at = path.getParentPath(); at != null; at = at.getParentPath()) {
                if (at.getLeaf() instanceof MethodTree) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree lambda, Void nothing) {
            int depth = 1;
            for (TreePath at = getCurrentPath().getParentPath(); at != null; at = at.getParentPath()) {
                if (at.getLeaf() instanceof MethodTree || at.getLeaf() instanceof ClassTree) {
                    break;
                }
                depth += at.getLeaf() instanceof LambdaExpressionTree ? 1 : 0;
            }
            int[] counts = lambdas.computeIfAbsent(packageName, name -> new int[2]);
            counts[0]++;
            counts[1] += depth > 1 ? 1 : 0;
            deepest = Math.max(deepest, depth);
            return super.visitLambdaExpression(lambda, nothing);
        }

        /** Whether there is javadoc; counts it, and whether it says anything. */
        private boolean told(String name, String context) {
            DocCommentTree doc = docs.getDocCommentTree(getCurrentPath());
            if (doc == null) {
                return false;
            }
            javadocs++;
            String sentence = doc.getFirstSentence().toString();
            boolean more =
                    !doc.getBlockTags().isEmpty() || !doc.getBody().isEmpty() || sentence.contains("{@inheritDoc}");
            if (!more && saysNothing(sentence, name + " " + context)) {
                repeating++;
                repeated.add(packageName + "." + name + ": " + sentence);
            }
            return true;
        }
    }

    private static boolean saysNothing(String sentence, String names) {
        Set<String> known = new HashSet<>();
        for (String word : words(names)) {
            known.add(stem(word));
        }
        return words(sentence).stream()
                .filter(word -> !SMALL.contains(word))
                .allMatch(word -> known.contains(stem(word)));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.replaceAll("([a-z0-9])([A-Z])", "$1 $2")
                        .toLowerCase(Locale.ROOT)
                        .split("[^a-z0-9]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static String stem(String word) {
        return word.length() > 3 ? word.replaceAll("(ies|es|s|ed|ing|e|y)$", "") : word;
    }

    /** Lines that hold a part of a comment, of those that hold anything; quotes of text are no comments. */
    private void countComments(String source) {
        boolean block = false;
        boolean text = false;
        for (String line : source.lines().toList()) {
            if (line.isBlank()) {
                continue;
            }
            filledLines++;
            boolean comment = block;
            for (int i = 0; i < line.length(); i++) {
                if (block) {
                    if (line.startsWith("*/", i)) {
                        block = false;
                        i++;
                    }
                } else if (line.startsWith("\"\"\"", i)) {
                    text = !text;
                    i += 2;
                } else if (!text && (line.charAt(i) == '"' || line.charAt(i) == '\'')) {
                    i = endOfQuote(line, i);
                } else if (!text && line.startsWith("//", i)) {
                    comment = true;
                    break;
                } else if (!text && line.startsWith("/*", i)) {
                    comment = true;
                    block = true;
                    i++;
                }
            }
            commentLines += comment ? 1 : 0;
        }
    }

    private static int endOfQuote(String line, int start) {
        int i = start + 1;
        while (i < line.length() && line.charAt(i) != line.charAt(start)) {
            i += line.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    private void print(String directory, boolean verbose) {
        int all = lambdas.values().stream().mapToInt(counts -> counts[0]).sum();
        int nested = lambdas.values().stream().mapToInt(counts -> counts[1]).sum();
        System.out.println(directory);
        row("files", "%d; lines: %s".formatted(fileLines.size(), spread(fileLines, 50, 90)));
        row("methods", "%d; lines: %s".formatted(methodLines.size(), spread(methodLines, 50, 90, 99)));
        row("lambdas", "%d; nested in another: %d, %s; deepest %d".formatted(all, nested, share(nested, all), deepest));
        lambdas.entrySet().stream()
                .filter(each -> each.getValue()[1] > 0)
                .sorted(Comparator.comparingInt((Map.Entry<String, int[]> each) -> -each.getValue()[1]))
                .limit(PACKAGES)
                .forEach(each -> row(
                        "",
                        "%s: %d of %d, %s"
                                .formatted(
                                        each.getKey(),
                                        each.getValue()[1],
                                        each.getValue()[0],
                                        share(each.getValue()[1], each.getValue()[0]))));
        row("public types", "%d; with javadoc %s".formatted(publicTypes, share(publicTypesTold, publicTypes)));
        row("public methods", "%d; with javadoc %s".formatted(publicMethods, share(publicMethodsTold, publicMethods)));
        row("javadoc", "%d; only repeats a name: %d, %s".formatted(javadocs, repeating, share(repeating, javadocs)));
        row("comments", "%s of the lines that are not blank".formatted(share(commentLines, filledLines)));
        if (verbose) {
            repeated.forEach(each -> row("repeats", each));
        }
    }

    private static void row(String what, String figures) {
        System.out.printf("  %-15s %s%n", what, figures);
    }

    private static String spread(List<Integer> values, int... percents) {
        List<Integer> sorted = values.stream().sorted().toList();
        StringBuilder spread = new StringBuilder();
        for (int percent : percents) {
            int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
            int value = sorted.isEmpty() ? 0 : sorted.get(Math.max(rank, 1) - 1);
            spread.append(percent == 50 ? "median" : "p" + percent)
                    .append(' ')
                    .append(value)
                    .append(", ");
        }
        return spread.append("max ")
                .append(sorted.isEmpty() ? 0 : sorted.getLast())
                .toString();
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
