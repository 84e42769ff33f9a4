package dev.rhizome.problem;

/** A figure would be of so few tenants that it told of one. How many they are is not said. */
public final class TooFewTenants extends RhizomeException {

    private static final long serialVersionUID = 1L;

    /** Says so. */
    public TooFewTenants() {
        super("fewer tenants than a figure must be of have anything to do with this one");
    }
}
