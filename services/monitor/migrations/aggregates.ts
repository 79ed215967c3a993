import { migration } from '@weir/database';

/** Sums per minute and per hour, so that any range is a few hundred rows; latencies as counts of logarithmic buckets. */
export const aggregates = migration('20261123_001_aggregates', [
  `CREATE TABLE aggregates (
     project_id text NOT NULL,
     model text NOT NULL,
     resolution_ms integer NOT NULL CHECK (resolution_ms IN (60000, 3600000)),
     start_ms bigint NOT NULL,
     organization_id text NOT NULL,
     requests bigint NOT NULL,
     errors bigint NOT NULL,
     client_errors bigint NOT NULL,
     blocked bigint NOT NULL,
     cancelled bigint NOT NULL,
     input_tokens bigint NOT NULL,
     output_tokens bigint NOT NULL,
     cost_usd numeric(38, 12) NOT NULL,
     verdicts_allow bigint NOT NULL,
     verdicts_flag bigint NOT NULL,
     verdicts_mask bigint NOT NULL,
     verdicts_block bigint NOT NULL,
     PRIMARY KEY (project_id, model, resolution_ms, start_ms)
   ) WITH (fillfactor = 70)`,
  `CREATE INDEX aggregates_time ON aggregates (resolution_ms, start_ms)`,
  `CREATE TABLE histograms (
     project_id text NOT NULL,
     model text NOT NULL,
     resolution_ms integer NOT NULL,
     start_ms bigint NOT NULL,
     series text NOT NULL CHECK (series IN ('duration', 'time_to_first_token')),
     bucket smallint NOT NULL,
     organization_id text NOT NULL,
     count bigint NOT NULL,
     PRIMARY KEY (project_id, model, resolution_ms, start_ms, series, bucket)
   ) WITH (fillfactor = 70)`,
  `CREATE INDEX histograms_time ON histograms (resolution_ms, start_ms)`,
]);
