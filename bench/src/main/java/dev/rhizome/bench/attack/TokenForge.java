package dev.rhizome.bench.attack;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An issuer of JWTs that a service trusts, and what forgers make of its tokens. */
public final class TokenForge implements AutoCloseable {

    /** Whom its tokens are for. */
    public static final String AUDIENCE = "rhizome-attack";

    private static final String KEY_ID = "trusted";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** What is wrong with a token, all the rest of which is right. */
    enum Flaw {
        NONE,
        SIGNED_BY_ANOTHER,
        NOT_SIGNED,
        SIGNATURE_CUT,
        KEYED_WITH_THE_PUBLIC_KEY,
        KEY_IN_ITS_HEADER,
        UNKNOWN_KEY,
        EXPIRED,
        NOT_YET_VALID,
        NEVER_EXPIRES,
        OTHER_ISSUER,
        NO_ISSUER,
        OTHER_AUDIENCE,
        NO_AUDIENCE,
        NO_TENANT,
        NO_ROLES,
        UNKNOWN_TENANT,
        CLAIMS_EXCHANGED
    }

    private final HttpServer server;
    private final KeyPair trusted = newPair();
    private final KeyPair other = newPair();

    /** Listens on a free port of the loopback address. */
    public TokenForge() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        serve(
                "/.well-known/openid-configuration",
                "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}");
        serve("/keys", "{\"keys\":[" + jwk(trusted) + "]}");
        server.start();
    }

    private void serve(String path, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    /** Its URL, for {@code rhizome.jwt.issuer}. */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /**
     * A token with {@code flaw}.
     *
     * @param own the tenant that a good token is for
     * @param victim the tenant that a forged one is for
     */
    String token(Flaw flaw, String own, String victim) {
        ObjectNode header = object().put("alg", "RS256").put("typ", "JWT").put("kid", KEY_ID);
        ObjectNode claims = claims(flaw == Flaw.NONE || flaw == Flaw.CLAIMS_EXCHANGED ? own : victim);
        spoil(flaw, claims);
        return switch (flaw) {
            case SIGNED_BY_ANOTHER -> signed(header, claims, other.getPrivate());
            case NOT_SIGNED -> encoded(header.put("alg", "none")) + "." + encoded(claims) + ".";
            case SIGNATURE_CUT -> signed(header, claims, trusted.getPrivate()).replaceFirst("\\.[^.]*$", ".");
            case KEYED_WITH_THE_PUBLIC_KEY -> keyed(header.put("alg", "HS256"), claims);
            case KEY_IN_ITS_HEADER -> {
                header.set("jwk", JsonMapper.shared().readTree(jwk(other)));
                yield signed(header, claims, other.getPrivate());
            }
            case UNKNOWN_KEY -> signed(header.put("kid", "../../dev/null"), claims, other.getPrivate());
            case CLAIMS_EXCHANGED -> {
                String[] parts = signed(header, claims, trusted.getPrivate()).split("\\.", -1);
                yield parts[0] + "." + encoded(claims(victim)) + "." + parts[2];
            }
            default -> signed(header, claims, trusted.getPrivate());
        };
    }

    private ObjectNode claims(String tenant) {
        long now = System.currentTimeMillis() / 1_000;
        ObjectNode claims = object().put("iss", url())
                .put("aud", AUDIENCE)
                .put("sub", "attacker")
                .put("iat", now)
                .put("exp", now + 600)
                .put("tenant_id", tenant);
        claims.putArray("roles").add("reader");
        return claims;
    }

    private void spoil(Flaw flaw, ObjectNode claims) {
        long now = System.currentTimeMillis() / 1_000;
        switch (flaw) {
            case EXPIRED -> claims.put("iat", now - 7_200).put("exp", now - 3_600);
            case NOT_YET_VALID -> claims.put("nbf", now + 3_600);
            case NEVER_EXPIRES -> claims.remove("exp");
            case OTHER_ISSUER -> claims.put("iss", "http://localhost:1");
            case NO_ISSUER -> claims.remove("iss");
            case OTHER_AUDIENCE -> claims.put("aud", "somebody-else");
            case NO_AUDIENCE -> claims.remove("aud");
            case NO_TENANT -> claims.remove("tenant_id");
            case NO_ROLES -> claims.remove("roles");
            case UNKNOWN_TENANT -> claims.put("tenant_id", "00000000-0000-7000-8000-000000000000");
            default -> {}
        }
    }

    private static String signed(ObjectNode header, ObjectNode claims, PrivateKey key) {
        try {
            String content = encoded(header) + "." + encoded(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String keyed(ObjectNode header, ObjectNode claims) {
        try {
            String content = encoded(header) + "." + encoded(claims);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(trusted.getPublic().getEncoded(), "HmacSHA256"));
            return content + "." + BASE64.encodeToString(mac.doFinal(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String jwk(KeyPair pair) {
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        return object().put("kty", "RSA")
                .put("use", "sig")
                .put("alg", "RS256")
                .put("kid", KEY_ID)
                .put("n", number(key.getModulus().toByteArray()))
                .put("e", number(key.getPublicExponent().toByteArray()))
                .toString();
    }

    /** Without the byte of its sign. */
    private static String number(byte[] bytes) {
        return BASE64.encodeToString(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String encoded(ObjectNode json) {
        return BASE64.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    private static KeyPair newPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
