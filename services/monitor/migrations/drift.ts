import { migration } from '@weir/database';

/**
 * A window is a reservoir of what was seen since the last check that had enough of it; `drift_series` has the reference
 * and the last result of each series.
 */
export const drift = migration('20261123_002_drift', [
  `CREATE TABLE drift_windows (
     project_id text NOT NULL,
     model text NOT NULL,
     organization_id text NOT NULL,
     window_no integer NOT NULL DEFAULT 0,
     seen bigint NOT NULL,
     due_ms bigint NOT NULL,
     PRIMARY KEY (project_id, model)
   ) WITH (fillfactor = 50)`,
  `CREATE INDEX drift_windows_due ON drift_windows (due_ms)`,
  `CREATE TABLE drift_samples (
     project_id text NOT NULL,
     model text NOT NULL,
     window_no integer NOT NULL,
     slot smallint NOT NULL,
     input_tokens double precision NOT NULL,
     output_tokens double precision NOT NULL,
     duration_ms double precision NOT NULL,
     PRIMARY KEY (project_id, model, window_no, slot)
   )`,
  `CREATE TABLE drift_series (
     project_id text NOT NULL,
     model text NOT NULL,
     series text NOT NULL CHECK (series IN ('input_tokens', 'output_tokens', 'duration_ms')),
     organization_id text NOT NULL,
     reference double precision[],
     reference_window integer,
     reference_origin text CHECK (reference_origin IN ('automatic', 'set')),
     reference_ms bigint,
     state text NOT NULL DEFAULT 'insufficient_data' CHECK (state IN ('ok', 'drift', 'insufficient_data')),
     value double precision NOT NULL DEFAULT 0,
     threshold double precision NOT NULL DEFAULT 0,
     p_value double precision NOT NULL DEFAULT 1,
     reference_samples integer NOT NULL DEFAULT 0,
     current_samples integer NOT NULL DEFAULT 0,
     compared_ms bigint,
     announced_ms bigint,
     PRIMARY KEY (project_id, model, series)
   )`,
  `CREATE TABLE findings (
     id uuid PRIMARY KEY,
     organization_id text NOT NULL,
     kind text NOT NULL,
     metric text NOT NULL,
     project_id text NOT NULL,
     model text NOT NULL,
     series text NOT NULL,
     state text NOT NULL,
     value double precision NOT NULL,
     threshold double precision NOT NULL,
     p_value double precision NOT NULL,
     reference_samples integer NOT NULL,
     current_samples integer NOT NULL,
     found_ms bigint NOT NULL
   )`,
  `CREATE INDEX findings_of_organization ON findings (organization_id, id DESC)`,
]);
