import { migration, type MigrationClass } from '@weir/database';

/** Raises for every change of what was written: these tables are the record of who decided what. */
const appendOnly = (table: string): string[] => [
  `CREATE TRIGGER ${table}_rows_stay BEFORE UPDATE OR DELETE ON ${table}
     FOR EACH ROW EXECUTE FUNCTION refuse_change()`,
  `CREATE TRIGGER ${table}_stays BEFORE TRUNCATE ON ${table}
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];

const policies = migration('20261124_001_policies', [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$`,
  `CREATE TABLE policy_versions (
     name text NOT NULL,
     version integer NOT NULL CHECK (version > 0),
     document text NOT NULL,
     sha256 text NOT NULL,
     facts jsonb NOT NULL,
     author text NOT NULL,
     note text NOT NULL,
     created_ms bigint NOT NULL,
     PRIMARY KEY (name, version)
   )`,
  ...appendOnly('policy_versions'),
  `CREATE TABLE approvals (
     id uuid PRIMARY KEY,
     verdict_id text NOT NULL,
     content_hash text NOT NULL,
     project_id text NOT NULL,
     policies text[] NOT NULL,
     approver text NOT NULL,
     note text NOT NULL,
     created_ms bigint NOT NULL,
     expires_ms bigint NOT NULL CHECK (expires_ms > created_ms)
   )`,
  ...appendOnly('approvals'),
]);

/** Published policies and approvals. */
export const guardrailsMigrations: readonly MigrationClass[] = [policies];
