package dev.rhizome.preflight;

import java.util.List;

/** The server's settings, as they are for the service's sessions. */
final class SettingRules {

    private SettingRules() {}

    static List<Rule> all() {
        return List.of(
                logShowsNoValues(), connectionIsEncrypted(), passwordsAreHashed(), writesLast(), pagesAreChecked());
    }

    private static Rule logShowsNoValues() {
        return Rule.warning("log-shows-values", "The server's log shows no values of statements")
                .risk("What tenants send would be in a file that has no tenants, and that many people may read.")
                .remedy("set log_parameter_max_length and log_parameter_max_length_on_error to 0, or log no statements")
                .see("PostgreSQL: Error Reporting and Logging")
                .foundBy("""
                        select s.name || ' is ' || s.value, s.name
                          from (select name, current_setting(name) as value
                                  from unnest(array['log_statement', 'log_min_duration_statement', 'log_min_duration_sample',
                                                    'log_transaction_sample_rate']) as name) as s
                         where current_setting('log_parameter_max_length') <> '0'
                           and s.value <> case s.name when 'log_statement' then 'none'
                                                      when 'log_transaction_sample_rate' then '0' else '-1' end
                           and not (s.name = 'log_statement' and s.value = 'ddl')
                         union all
                        select 'log_parameter_max_length_on_error is ' || current_setting('log_parameter_max_length_on_error'),
                               'log_parameter_max_length_on_error'
                         where current_setting('log_parameter_max_length_on_error') <> '0'
                        """);
    }

    private static Rule connectionIsEncrypted() {
        return Rule.warning("connection-not-encrypted", "A connection over a public network is encrypted")
                .risk("Whoever is on the way reads and changes what tenants store.")
                .remedy("set DB_SSL_MODE to verify-full")
                .see("README.md, Settings; PostgreSQL: SSL Support")
                .foundBy("""
                        select 'the connection from ' || host(inet_client_addr()), 'ssl'
                         where inet_client_addr() is not null
                           and not exists (select from pg_stat_ssl s where s.pid = pg_backend_pid() and s.ssl)
                           and not exists (select from unnest(array['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12',
                                                                    '192.168.0.0/16', '169.254.0.0/16', '::1/128',
                                                                    'fc00::/7', 'fe80::/10']::inet[]) as private (net)
                                            where inet_client_addr() <<= private.net)
                        """);
    }

    private static Rule passwordsAreHashed() {
        return Rule.warning("passwords-hashed-by-md5", "New passwords are stored by SCRAM")
                .risk("From a password hashed by MD5 one can log in without knowing it, and it is soon guessed.")
                .remedy("set password_encryption to scram-sha-256, and give the roles new passwords")
                .see("PostgreSQL: Password Authentication")
                .foundBy("""
                        select 'password_encryption is ' || current_setting('password_encryption'), 'password_encryption'
                         where current_setting('password_encryption') not like 'scram%'
                        """);
    }

    private static Rule writesLast() {
        return Rule.warning("writes-not-durable", "What was acknowledged survives a crash")
                .risk(
                        "After a crash of the server or its machine the last writes would be gone, or the database broken, although"
                                + " clients were told that they are stored.")
                .remedy("set it on, for the server and for this database and role")
                .see("PostgreSQL: Write Ahead Log, Settings")
                .foundBy("""
                        select s.name || ' is off', s.name
                          from unnest(array['fsync', 'full_page_writes', 'synchronous_commit']) as s (name)
                         where current_setting(s.name) = 'off'
                        """);
    }

    private static Rule pagesAreChecked() {
        return Rule.warning("checksums-off", "Pages that a disk damaged are noticed")
                .risk("Damaged rows are answered as if they were right, and are copied into every backup.")
                .remedy("stop the server, then: pg_checksums --enable")
                .see("PostgreSQL: Data Checksums")
                .foundBy("""
                        select 'data_checksums is ' || current_setting('data_checksums'), 'data_checksums'
                         where current_setting('data_checksums') <> 'on'
                        """);
    }
}
