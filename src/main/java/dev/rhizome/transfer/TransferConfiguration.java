package dev.rhizome.transfer;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the objects of travelling tenants together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TransferProperties.class)
@Import({TransferHandler.class, TenantExport.class, TenantImport.class, RemovalCertificates.class})
class TransferConfiguration {}
