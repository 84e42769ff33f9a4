package dev.rhizome.database;

/** The database saw another tenant than the one whose transaction it was: our bug, or somebody between us and the server. */
final class TenantMismatch extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    TenantMismatch() {
        super("the database saw another tenant than the request's");
    }
}
