package dev.rhizome.client;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Cuts bytes, which come in pieces of any length, into lines. */
final class Lines {

    private static final int LONGEST = 64 * 1024 * 1024;
    private static final int PIECES_AHEAD = 4;

    private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

    private Lines() {}

    /** The lines of {@code pieces}, without line feeds; empty ones, which keep a stream alive, are left out. */
    static Flux<byte[]> of(Flux<byte[]> pieces) {
        return Flux.defer(() -> new Lines().cut(pieces));
    }

    private Flux<byte[]> cut(Flux<byte[]> pieces) {
        return pieces.concatMapIterable(this::next, PIECES_AHEAD).concatWith(Mono.fromSupplier(this::rest));
    }

    private List<byte[]> next(byte[] piece) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < piece.length; i++) {
            if (piece[i] == '\n') {
                begun.write(piece, start, i - start);
                if (begun.size() > 0) {
                    lines.add(begun.toByteArray());
                }
                begun.reset();
                start = i + 1;
            }
        }
        begun.write(piece, start, piece.length - start);
        if (begun.size() > LONGEST) {
            throw new IncompleteAnswerException("a line of the answer is longer than " + LONGEST + " bytes");
        }
        return lines;
    }

    private byte @org.jspecify.annotations.Nullable [] rest() {
        return begun.size() == 0 ? null : begun.toByteArray();
    }
}
