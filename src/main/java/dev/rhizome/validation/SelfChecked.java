package dev.rhizome.validation;

import org.jspecify.annotations.Nullable;

/** A record with rules that concern several of its fields. They are checked when each field by itself is right. */
public interface SelfChecked {

    /** Takes note of what is wrong. */
    @FunctionalInterface
    interface Faults {

        /**
         * Notes a broken rule.
         *
         * @param found what the request has
         * @param expected what would have been right
         */
        void reject(String field, @Nullable Object found, String expected);
    }

    /** Notes what is wrong in {@code faults}. */
    void check(Faults faults);
}
