package dev.rhizome;

/** The service. */
public final class Application {
    private Application() {}
    /** Starts. */
    public static void main(String[] arguments) {}
}
