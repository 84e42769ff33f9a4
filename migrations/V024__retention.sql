-- V024: outcomes of agents go when their tenant does not keep them any longer, like everything that is a record of something.

create index agent_performance_events_oldest on rhizome.agent_performance_events (tenant_id, recorded_at);
