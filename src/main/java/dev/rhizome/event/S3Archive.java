package dev.rhizome.event;

import dev.rhizome.tenant.TenantId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.Md5Utils;

/**
 * Archives in a store of objects that speaks S3. A file is written aside first, and sent with its digest, so that the store
 * refuses what did not arrive whole; it answers when it has the object for good.
 */
public final class S3Archive implements EventArchive, AutoCloseable {

    private static final String SCHEME = "s3://";

    private final S3Client store;
    private final String bucket;
    private final String prefix;

    private S3Archive(S3Client store, String bucket, String prefix) {
        this.store = store;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    /** Whether {@code place} is one in a store of objects. */
    static boolean isFor(String place) {
        return place.startsWith(SCHEME);
    }

    /**
     * Archives at {@code place}.
     *
     * @param place {@code s3://bucket} or {@code s3://bucket/prefix}
     * @throws IllegalArgumentException where it is not, naming the setting
     */
    static S3Archive at(String place, EventProperties.S3 settings) {
        String[] parts = place.substring(SCHEME.length()).split("/", 2);
        if (!parts[0].matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
            throw new IllegalArgumentException(
                    "rhizome.events.archive: " + place + " (expected: a directory, or s3://bucket/prefix)");
        }
        String below = parts.length == 1 ? "" : parts[1].replaceFirst("/+$", "");
        return new S3Archive(client(settings), parts[0], below.isEmpty() ? "" : below + "/");
    }

    /** Plain requests, of which stores that are not AWS's understand most: no chunks, no checksums at the end. */
    private static S3Client client(EventProperties.S3 settings) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(settings.region()))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .overrideConfiguration(overall -> overall.apiCallTimeout(settings.timeout()));
        if (!settings.endpoint().isBlank()) {
            builder.endpointOverride(endpoint(settings.endpoint())).forcePathStyle(true);
        }
        if (!settings.accessKey().isBlank()) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.accessKey(), settings.secretKey())));
        }
        return builder.build();
    }

    private static URI endpoint(String url) {
        URI endpoint = URI.create(url);
        if (endpoint.getScheme() == null || endpoint.getHost() == null) {
            throw new IllegalArgumentException("rhizome.events.s3.endpoint: " + url + " (expected: a URL)");
        }
        return endpoint;
    }

    @Override
    public Mono<String> write(TenantId tenant, ArchiveFile.Content content) {
        return Mono.fromCallable(() -> {
                    String name = ArchiveFile.name(tenant, content.events());
                    write(name, content);
                    return name;
                })
                .subscribeOn(Schedulers.boundedElastic());
    }

    private void write(String name, ArchiveFile.Content content) throws IOException {
        Path aside = Files.createTempFile("rhizome-events", ".tmp");
        try {
            try (OutputStream out = Files.newOutputStream(aside)) {
                content.writeTo(out);
            }
            String digest = Md5Utils.md5AsBase64(aside.toFile());
            store.putObject(
                    request -> request.bucket(bucket)
                            .key(prefix + name)
                            .contentType("application/gzip")
                            .contentMD5(digest),
                    RequestBody.fromFile(aside));
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
