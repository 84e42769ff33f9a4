package dev.rhizome.tenancy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.rhizome.database.Notifications;
import dev.rhizome.tenant.TenantId;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Keys that were revoked and tenants whose state has changed, here and in every other process of this database. What was looked up
 * before such a change is not believed any more, and answers that are under way end.
 *
 * <p>Another process hears of a change at once. Where its connection is lost it knows after two seconds at the latest; until it
 * listens again it believes nothing for longer than a second.
 */
public final class AccessChanges implements Notifications.Listener {

    private static final String CHANNEL = "rhizome_access";
    /** Longer than anything is believed, and than a look-up may take. */
    private static final Duration KEPT = Duration.ofMinutes(2);

    private static final Duration FOR_OTHERS_TO_EMIT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(AccessChanges.class);

    private final Notifications notifications;
    /** Number of the last change that is about something. */
    private final Cache<Object, Long> recent =
            Caffeine.newBuilder().expireAfterWrite(KEPT).build();
    /** Of these, the last by which it lost its right. */
    private final Cache<Object, Long> losses =
            Caffeine.newBuilder().expireAfterWrite(KEPT).build();

    private final Sinks.Many<Object> subjects = Sinks.many().multicast().directBestEffort();
    private volatile long changes;
    private volatile long lastUnknown;
    private volatile boolean listening;

    /**
     * What a change can be about.
     *
     * @param tenant whose token it is
     * @param key id of the API key; for a JWT whatever it names itself by
     */
    record Subject(TenantId tenant, String key) {}

    AccessChanges(Notifications notifications) {
        this.notifications = notifications;
    }

    /** Listens until it is cancelled, which the end of the service does. */
    @Scheduled(initialDelay = 0)
    public Mono<Void> run() {
        return notifications.listen(CHANNEL, this);
    }

    /** The number of the last change. */
    long number() {
        return changes;
    }

    /** Whether nothing about {@code subject} has changed since the change of that number. */
    boolean isUnchanged(Subject subject, long since) {
        return since >= lastUnknown && since >= last(recent, subject);
    }

    private static long last(Cache<Object, Long> numbers, Subject subject) {
        Long ofTenant = numbers.getIfPresent(subject.tenant());
        Long ofKey = numbers.getIfPresent(subject.key());
        return Math.max(ofTenant == null ? 0 : ofTenant, ofKey == null ? 0 : ofKey);
    }

    /** Whether changes that other processes make are heard of. */
    boolean hearsOthers() {
        return listening;
    }

    /** Completes when {@code subject}, which has its right now, has lost it; at once where that was before it is subscribed to. */
    Mono<Void> lossOfRight(Subject subject) {
        long now = changes;
        Mono<Object> told = subjects.asFlux()
                .filter(about -> about.equals(subject.tenant()) || about.equals(subject.key()))
                .next();
        Mono<Object> before = Mono.defer(() -> now >= last(losses, subject) ? Mono.never() : Mono.empty());
        return Mono.firstWithSignal(told, before).then();
    }

    /** Makes known in this process that the tokens of {@code tenant} count no more. */
    void tenantRefused(TenantId tenant) {
        tell(tenant);
    }

    /** Makes known in this process that the tokens of {@code tenant} count again; no answer ends. */
    void tenantResumed(TenantId tenant) {
        note(tenant);
    }

    /** Makes known in this process that a key was revoked. */
    void keyRevoked(UUID key) {
        tell(key.toString());
    }

    private synchronized void tell(Object about) {
        note(about);
        losses.put(about, changes);
        subjects.emitNext(about, Sinks.EmitFailureHandler.busyLooping(FOR_OTHERS_TO_EMIT));
    }

    private synchronized void note(Object about) {
        long number = changes + 1;
        // In this order: whoever has read the new number looks up what is new already.
        recent.put(about, number);
        changes = number;
    }

    @Override
    public synchronized void isListening() {
        changes++;
        lastUnknown = changes;
        listening = true;
    }

    @Override
    public void isDeaf() {
        listening = false;
    }

    @Override
    public void hear(String message) {
        int space = message.indexOf(' ');
        String kind = message.substring(0, Math.max(0, space));
        try {
            UUID id = UUID.fromString(message.substring(space + 1));
            switch (kind) {
                case "tenant" -> tenantRefused(new TenantId(id));
                case "resumed" -> tenantResumed(new TenantId(id));
                case "key" -> keyRevoked(id);
                default -> throw new IllegalArgumentException(kind);
            }
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("event", "unknown-notification").log("a notification is not understood");
        }
    }
}
