package dev.rhizome.problem;

/** A service that this one needs refuses it or answers nonsense; only its operator can change that. */
public final class UpstreamFailed extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says which service, and what it did. */
    public UpstreamFailed(String message) {
        super(message);
    }
}
