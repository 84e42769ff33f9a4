package dev.rhizome.client;

/** The service closed an answer before its end, so nothing is known of what is missing. */
public final class IncompleteAnswerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    IncompleteAnswerException(String message) {
        super(message, null, false, false);
    }
}
