package dev.rhizome.event;

import dev.rhizome.tenant.TenantId;
import reactor.core.publisher.Mono;

/** Where events go that retention removes from the database; see {@link ArchiveFile} for what is written. */
public sealed interface EventArchive permits DirectoryArchive, S3Archive {

    /**
     * Writes {@code content}. When it completes, the file outlives a crash of whatever keeps it; writing the same events again
     * replaces it with an equal file. An error leaves no file that is not whole.
     *
     * @param tenant whose events they are
     * @return the file's name below the directory, or the prefix, of all archives
     */
    Mono<String> write(TenantId tenant, ArchiveFile.Content content);
}
