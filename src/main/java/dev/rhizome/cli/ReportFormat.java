package dev.rhizome.cli;

/** How {@code rhizome check} says what it saw. */
enum ReportFormat {
    TEXT,
    JSON,
    SARIF;

    /** The report, with a line feed at its end. */
    String of(Checked checked) {
        return switch (this) {
            case TEXT -> TextReport.of(checked);
            case JSON -> JsonReport.of(checked);
            case SARIF -> SarifReport.of(checked);
        };
    }
}
