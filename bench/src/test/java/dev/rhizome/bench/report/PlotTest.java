package dev.rhizome.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PlotTest {

    @Test
    void powersOfTenAreEquallyFarApartAndHigherIsMore() throws Exception {
        Plot.Series rising = new Plot.Series(
                "<P50>", List.of(new Plot.Point(10, 1), new Plot.Point(100, 2), new Plot.Point(1_000, 4)));

        String[] corners =
                line(new Plot("ms & more", "rows", List.of(rising)).toSvg()).split(" ", -1);

        double[] x = new double[3];
        double[] y = new double[3];
        for (int i = 0; i < 3; i++) {
            x[i] = Double.parseDouble(corners[i].split(",", -1)[0]);
            y[i] = Double.parseDouble(corners[i].split(",", -1)[1]);
        }
        assertThat(x[1] - x[0]).isEqualTo(x[2] - x[1]).isPositive();
        assertThat(y).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @Test
    void nothingMeasuredIsAnEmptyDrawing() throws Exception {
        assertThat(line(new Plot("ms", "rows", List.of(new Plot.Series("none", List.of()))).toSvg()))
                .isEmpty();
    }

    private static String line(String svg) throws Exception {
        Document document =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        return ((Element) document.getElementsByTagName("polyline").item(0)).getAttribute("points");
    }
}
