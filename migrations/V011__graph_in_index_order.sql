-- V011: relationships in the order in which walks read them, to the last column, so that no step sorts.
-- Writers of relationships wait while the two indexes are built, readers only while the old ones go, at the end.

create index relationships_from_source_ordered on rhizome.relationships
  (tenant_id, source_id, weight desc, target_id, type, directed) include (confidence, strength);
create index relationships_from_target_ordered on rhizome.relationships
  (tenant_id, target_id, weight desc, source_id, type, directed) include (confidence, strength);
drop index rhizome.relationships_from_source;
drop index rhizome.relationships_from_target;
-- One hop from either end, heaviest first: a hub's top edges are read without its other 100,000.
alter index rhizome.relationships_from_source_ordered rename to relationships_from_source;
alter index rhizome.relationships_from_target_ordered rename to relationships_from_target;
