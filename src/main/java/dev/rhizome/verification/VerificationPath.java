package dev.rhizome.verification;

import dev.rhizome.validation.Identifier;

/** The id in a URL. */
record VerificationPath(@Identifier String id) {}
