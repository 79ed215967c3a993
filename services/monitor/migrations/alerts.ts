import { migration } from '@weir/database';

export const alerts = migration('20261123_003_alerts', [
  `CREATE TABLE alerts (
     fingerprint text PRIMARY KEY,
     name text NOT NULL,
     status text NOT NULL CHECK (status IN ('firing', 'resolved')),
     severity text NOT NULL CHECK (severity IN ('page', 'ticket')),
     labels jsonb NOT NULL,
     annotations jsonb NOT NULL,
     starts_ms bigint NOT NULL,
     ends_ms bigint NOT NULL,
     updated_ms bigint NOT NULL
   )`,
  `CREATE TABLE notifications (
     sequence bigserial PRIMARY KEY,
     fingerprint text NOT NULL,
     alert jsonb NOT NULL,
     state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'abandoned')),
     attempts integer NOT NULL DEFAULT 0,
     due_ms bigint NOT NULL,
     created_ms bigint NOT NULL
   )`,
  `CREATE INDEX notifications_pending ON notifications (fingerprint, sequence) WHERE state = 'pending'`,
]);
