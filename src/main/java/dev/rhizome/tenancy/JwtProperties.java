package dev.rhizome.tenancy;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whose JWTs are accepted.
 *
 * @param issuer URL of the OpenID provider; empty accepts no JWT
 * @param jwkSetUri where its keys are; empty asks the issuer's own metadata
 * @param audience that the token must be meant for; an issuer's tokens for others are not for us
 * @param tenantClaim claim with the tenant's UUID
 * @param rolesClaim claim with reader, writer, admin or auditor, a list or words
 */
@ConfigurationProperties("rhizome.jwt")
public record JwtProperties(
        @DefaultValue("") String issuer,
        @DefaultValue("") String jwkSetUri,
        @DefaultValue("") String audience,
        @DefaultValue("tenant_id") String tenantClaim,
        @DefaultValue("roles") String rolesClaim) {

    /**
     * These settings.
     *
     * @throws IllegalArgumentException where an issuer is named, and no audience
     */
    JwtProperties checked() {
        if (audience.isBlank()) {
            throw new IllegalArgumentException("RHIZOME_JWT_AUDIENCE: missing (expected: what the issuer's tokens for"
                    + " this service have in the claim aud, since the issuer makes tokens for other services too)");
        }
        return this;
    }
}
