import { migration, type MigrationClass } from './migration.js';

/**
 * Tables that every service has. The outbox has Debezium's column names, so that Debezium can replace the relay; the
 * inbox remembers for ever which events had their effect.
 */
export const coreMigrations: readonly MigrationClass[] = [
  migration('20260101_001_outbox_and_inbox', [
    `CREATE TABLE outbox (
       sequence bigserial NOT NULL,
       id uuid PRIMARY KEY,
       aggregatetype varchar(255) NOT NULL,
       aggregateid varchar(255) NOT NULL,
       type varchar(255) NOT NULL,
       payload jsonb NOT NULL,
       source varchar(255) NOT NULL,
       subject varchar(255),
       time_ms bigint NOT NULL,
       traceparent varchar(64)
     )`,
    `CREATE INDEX outbox_sequence ON outbox (sequence)`,
    `CREATE TABLE inbox (
       "group" varchar(128) NOT NULL,
       source varchar(255) NOT NULL,
       id uuid NOT NULL,
       claimed_at timestamptz NOT NULL DEFAULT now(),
       PRIMARY KEY (id, source, "group")
     )`,
  ]),
];
