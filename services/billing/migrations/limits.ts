import { migration } from '@weir/database';

/**
 * Limits, what was used of them in each window, and the leases that hold parts of them. A counter's `leased` is the
 * sum of what leases hold of it; whoever changes a hold has locked its counter first.
 */
export const limits = migration('20261123_002_limits', [
  `CREATE TABLE limits (
     id text PRIMARY KEY,
     scope text NOT NULL CHECK (scope IN ('organization', 'project', 'api_key')),
     scope_id text NOT NULL,
     dimension text NOT NULL CHECK (dimension IN ('requests', 'tokens', 'money')),
     window_kind text NOT NULL CHECK (window_kind IN ('minute', 'hour', 'day', 'month')),
     amount numeric(38, 12) NOT NULL CHECK (amount >= 0),
     updated_ms bigint NOT NULL,
     CONSTRAINT limits_once UNIQUE (scope_id, scope, dimension, window_kind)
   )`,
  `CREATE TABLE limit_counters (
     limit_id text NOT NULL REFERENCES limits ON DELETE CASCADE,
     window_start_ms bigint NOT NULL,
     window_end_ms bigint NOT NULL,
     settled numeric(38, 12) NOT NULL DEFAULT 0 CHECK (settled >= 0),
     leased numeric(38, 12) NOT NULL DEFAULT 0 CHECK (leased >= 0),
     announced_percent smallint NOT NULL DEFAULT 0,
     PRIMARY KEY (limit_id, window_start_ms)
   ) WITH (fillfactor = 50)`,
  `CREATE INDEX limit_counters_end ON limit_counters (window_end_ms)`,
  `CREATE TABLE leases (
     id text PRIMARY KEY,
     replica_id text NOT NULL,
     organization_id text NOT NULL,
     project_id text NOT NULL,
     api_key_id text NOT NULL,
     issued_ms bigint NOT NULL,
     expires_ms bigint NOT NULL,
     reclaim_ms bigint NOT NULL,
     state text NOT NULL CHECK (state IN ('open', 'returned', 'closed'))
   )`,
  `CREATE INDEX leases_to_reclaim ON leases (reclaim_ms) WHERE state <> 'closed'`,
  `CREATE INDEX leases_to_forget ON leases (reclaim_ms) WHERE state = 'closed'`,
  `CREATE TABLE lease_holds (
     lease_id text NOT NULL REFERENCES leases ON DELETE CASCADE,
     limit_id text NOT NULL REFERENCES limits ON DELETE CASCADE,
     window_start_ms bigint NOT NULL,
     dimension text NOT NULL,
     held numeric(38, 12) NOT NULL CHECK (held >= 0),
     settled numeric(38, 12) NOT NULL DEFAULT 0 CHECK (settled >= 0),
     PRIMARY KEY (lease_id, limit_id)
   ) WITH (fillfactor = 70)`,
  `CREATE INDEX lease_holds_limit ON lease_holds (limit_id)`,
]);
