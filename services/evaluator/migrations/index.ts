import { migration, type MigrationClass } from '@weir/database';

/** Jobs and the result of each item. Suites and API keys are never stored. */
const jobs = migration('20261123_001_jobs', [
  `CREATE TABLE jobs (
     id uuid PRIMARY KEY,
     organization_id text NOT NULL,
     project_id text NOT NULL,
     name text NOT NULL,
     model text NOT NULL,
     state text NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
     state_reason text NOT NULL DEFAULT '',
     total integer NOT NULL CHECK (total > 0),
     done integer NOT NULL DEFAULT 0 CHECK (done BETWEEN 0 AND total),
     failed_requests integer NOT NULL DEFAULT 0 CHECK (failed_requests BETWEEN 0 AND done),
     suite_sha256 text NOT NULL,
     concurrency smallint NOT NULL,
     threshold double precision,
     scores jsonb NOT NULL DEFAULT '[]',
     passed boolean,
     created_ms bigint NOT NULL,
     ended_ms bigint NOT NULL DEFAULT 0,
     runner_id text NOT NULL,
     heartbeat timestamptz NOT NULL DEFAULT now()
   )`,
  `CREATE INDEX jobs_of_project ON jobs (organization_id, project_id, id DESC)`,
  `CREATE INDEX jobs_alive ON jobs (heartbeat) WHERE state IN ('pending', 'running')`,
  `CREATE INDEX jobs_ended ON jobs (ended_ms) WHERE ended_ms > 0`,
  `CREATE TABLE job_items (
     job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
     position integer NOT NULL,
     item_id text NOT NULL,
     metric text NOT NULL CHECK (metric IN ('exact_match', 'multiple_choice')),
     outcome text NOT NULL CHECK (outcome IN ('correct', 'wrong', 'unparsable', 'failed')),
     error_code text NOT NULL DEFAULT '',
     attempts smallint NOT NULL,
     duration_ms double precision NOT NULL,
     PRIMARY KEY (job_id, position)
   )`,
]);

export const evaluatorMigrations: readonly MigrationClass[] = [jobs];
