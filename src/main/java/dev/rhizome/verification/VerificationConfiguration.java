package dev.rhizome.verification;

import dev.rhizome.database.TenantTransactions;
import dev.rhizome.provenance.Verdicts;
import dev.rhizome.tenancy.ObjectRetention;
import dev.rhizome.tenancy.RetentionRule;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import tools.jackson.databind.json.JsonMapper;

/** Puts the objects of verifications together. */
@Configuration(proxyBeanMethods = false)
@Import(VerificationHandler.class)
class VerificationConfiguration {

    @Bean
    VerificationRepository verificationRepository(TenantTransactions transactions) {
        return new VerificationRepository(transactions);
    }

    @Bean
    VerificationResultRepository verificationResultRepository(
            TenantTransactions transactions, Verdicts verdicts, JsonMapper json) {
        return new VerificationResultRepository(transactions, verdicts, json);
    }

    @Bean
    RetentionRule retentionOfVerifications(TenantTransactions transactions, VerificationRepository verifications) {
        return new ObjectRetention("verifications", transactions, VerificationRepository.OLDEST, verifications::delete);
    }
}
