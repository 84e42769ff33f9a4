package dev.rhizome.validation;

/** Values of settings that bound what a request may ask for. */
@FunctionalInterface
public interface Settings {

    /** The value of the property {@code name}; an exception where there is none. */
    String value(String name);

    /** The greatest number that {@code bounds} allow. */
    default long greatest(WholeNumber bounds) {
        return bounds.maxSetting().isEmpty() ? bounds.max() : Long.parseLong(value(bounds.maxSetting()));
    }

    /** The text that stands for an absent value. */
    default String value(Default absent) {
        return absent.setting().isEmpty() ? absent.value() : value(absent.setting());
    }
}
