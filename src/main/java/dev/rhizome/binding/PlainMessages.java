package dev.rhizome.binding;

import jakarta.validation.MessageInterpolator;
import java.util.Locale;

/** Leaves messages as they are; {@code validation.Expectation} makes what clients read. */
final class PlainMessages implements MessageInterpolator {

    @Override
    public String interpolate(String template, Context context) {
        return template;
    }

    @Override
    public String interpolate(String template, Context context, Locale locale) {
        return template;
    }
}
