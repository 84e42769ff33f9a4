package dev.rhizome.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Lines over an axis that grows by powers of ten, as SVG. Written by hand, since libraries that draw need the fonts of a desktop,
 * which servers do not have.
 */
final class Plot {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LEFT = 60;
    private static final int RIGHT = 170;
    private static final int TOP = 34;
    private static final int BOTTOM = 44;
    private static final int LINES = 5;
    private static final int LEGEND_STEP = 18;
    private static final double ROOM_ABOVE = 1.05;
    private static final String GRID = "#dddddd";
    private static final String[] COLOURS = {"#1b6ca8", "#d1495b", "#2e8b57", "#e09f3e", "#6a4c93", "#555555"};
    /**
     * A line.
     *
     * @param name in the legend
     * @param points its corners from left to right
     */
    record Series(String name, List<Point> points) {}

    /**
     * A corner of a line.
     *
     * @param x more than 0 in what is drawn
     * @param y 0 or more
     */
    record Point(double x, double y) {}

    private final String title;
    private final String axis;
    private final List<Series> series;
    private final double least;
    private final double most;
    private final double highest;

    /**
     * A drawing of {@code series}, of which at least one has a point.
     *
     * @param title says what the height is
     * @param axis what x is
     */
    Plot(String title, String axis, List<Series> series) {
        this.title = title;
        this.axis = axis;
        this.series = List.copyOf(series);
        this.least = xs().min().orElse(1);
        this.most = Math.max(xs().max().orElse(1), least * 10);
        this.highest = ROOM_ABOVE
                * series.stream()
                        .flatMap(each -> each.points().stream())
                        .mapToDouble(Point::y)
                        .max()
                        .orElse(1);
    }

    private DoubleStream xs() {
        return series.stream().flatMap(each -> each.points().stream()).mapToDouble(Point::x);
    }

    /** The whole file. */
    String toSvg() {
        StringBuilder svg = new StringBuilder();
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                """.formatted(WIDTH, HEIGHT));
        svg.append(text(LEFT, TOP - 14, "start", title));
        svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", axis));
        for (int line = 0; line <= LINES; line++) {
            double value = highest * line / LINES;
            svg.append(line(GRID, new Point(LEFT, y(value)), new Point(WIDTH - RIGHT, y(value))));
            svg.append(text(LEFT - 6, y(value) + 4, "end", number(value)));
        }
        for (double x = Math.pow(10, Math.ceil(Math.log10(least) - 1e-9)); x <= most * 1.001; x *= 10) {
            svg.append(line(GRID, new Point(x(x), TOP), new Point(x(x), HEIGHT - BOTTOM)));
            svg.append(text(x(x), HEIGHT - BOTTOM + 16, "middle", String.format(Locale.ROOT, "%,.0f", x)));
        }
        for (int i = 0; i < series.size(); i++) {
            svg.append(drawn(series.get(i), COLOURS[i % COLOURS.length], TOP + LEGEND_STEP * (i + 1)));
        }
        return svg.append("</svg>\n").toString();
    }

    private String drawn(Series one, String colour, int legend) {
        StringBuilder svg = new StringBuilder();
        List<String> corners = new ArrayList<>();
        for (Point point : one.points()) {
            corners.add(String.format(Locale.ROOT, "%.1f,%.1f", x(point.x()), y(point.y())));
            svg.append(String.format(
                    Locale.ROOT,
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n",
                    x(point.x()),
                    y(point.y()),
                    colour));
        }
        svg.append("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"%s\"/>%n"
                .formatted(colour, String.join(" ", corners)));
        svg.append(line(colour, new Point(WIDTH - RIGHT + 14, legend - 4), new Point(WIDTH - RIGHT + 34, legend - 4)));
        return svg.append(text(WIDTH - RIGHT + 40, legend, "start", one.name())).toString();
    }

    private double x(double value) {
        double part = Math.log10(value / least) / Math.log10(most / least);
        return LEFT + part * (WIDTH - RIGHT - LEFT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / highest * (HEIGHT - BOTTOM - TOP);
    }

    private static String line(String colour, Point from, Point to) {
        return String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                from.x(),
                from.y(),
                to.x(),
                to.y(),
                colour);
    }

    private static String text(double x, double y, String anchor, String words) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                escaped(words));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
