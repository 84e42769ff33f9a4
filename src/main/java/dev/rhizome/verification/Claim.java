package dev.rhizome.verification;

import dev.rhizome.integrity.CanonicalEncoding;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.LowerTypeName;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TextBytes;
import jakarta.validation.constraints.Size;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes a claim the same as another.
 *
 * @param content what is claimed, up to 100 KB
 * @param source who claims it, null where that does not matter
 * @param types kinds of verification that are wanted, in any order; empty for all
 */
record Claim(
        @Text(max = 100 * 1024) @TextBytes(max = 100 * 1024) String content,
        @Nullable @Identifier(max = 2_000) String source,
        @Size(max = 20) List<@LowerTypeName String> types) {

    /** SHA-256 in hex over all of it. */
    String hash() {
        byte[] digest = new CanonicalEncoding("rhizome.verification.claim", 1)
                .text(content)
                .text(source)
                .texts(types.stream().distinct().sorted().toList())
                .sha256();
        return HexFormat.of().formatHex(digest);
    }
}
