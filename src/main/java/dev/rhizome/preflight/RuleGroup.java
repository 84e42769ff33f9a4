package dev.rhizome.preflight;

import java.util.List;

/**
 * Rules about one subject.
 *
 * @param title the subject
 */
public record RuleGroup(String title, List<Rule> rules) {}
