package dev.rhizome.testing;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** Moves tenants' vectors by the functions of the database, without a service. */
public final class VectorHomes {

    private static final String FINISH = """
            do $$
            declare
              worker constant uuid := (select l.worker from job_leases l where l.job = 'rehousing');
            begin
              while copy_vectors(worker, 20000) loop null; end loop;
              perform index_vectors(worker, 'halfvec', 16, 64, 2048, 1, 0.99);
              while exchange_vector_homes(worker, 1000) loop null; end loop;
              while clear_left_home(worker, 20000) loop null; end loop;
            end
            $$;
            delete from job_leases where job = 'rehousing';
            select coalesce(max(home), 0) from vector_homes
            """;

    private VectorHomes() {}

    /** Begins to move a tenant's vectors, which no service moves elsewhere afterwards, to a {@code target}: {@code own}, {@code indexed} or {@code shared}. */
    public static void begin(TestDatabase database, UUID tenant, String target) throws SQLException {
        List<String> begun =
                database.asApplication(tenant, """
                insert into job_leases (job, worker, lease_until) values ('rehousing', gen_random_uuid(), 'infinity');
                insert into vector_homes (placement) values ('%s')
                    on conflict (tenant_id) do update set placement = excluded.placement;
                select begin_rehousing(worker, '%s') from job_leases where job = 'rehousing'
                """.formatted(target.equals("shared") ? "shared" : "own", target));
        if (!begun.equals(List.of("t"))) {
            throw new IllegalStateException("the move did not begin: " + begun);
        }
    }

    /** Ends a move that has begun; gives the name of the table in which the vectors are then. */
    public static String finish(TestDatabase database, UUID tenant) throws SQLException {
        int home = Integer.parseInt(database.asApplication(tenant, FINISH).getFirst());
        return home == 0 ? "vectors" : "vectors_t" + tenant.toString().replace("-", "") + "_" + home;
    }

    /** Moves a tenant's vectors; gives the name of the table in which they are then. */
    public static String move(TestDatabase database, UUID tenant, String target) throws SQLException {
        begin(database, tenant, target);
        return finish(database, tenant);
    }
}
