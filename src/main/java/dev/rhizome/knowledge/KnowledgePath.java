package dev.rhizome.knowledge;

import dev.rhizome.validation.Identifier;

/** The id in a URL. */
record KnowledgePath(@Identifier String id) {}
