import { migration, type MigrationClass } from '@weir/database';

const NAME = `name text COLLATE "C" NOT NULL`;
const REVISION = `revision integer NOT NULL DEFAULT 1 CHECK (revision > 0)`;
const CREATED = `created_at_ms bigint NOT NULL CHECK (created_at_ms >= 0)`;

const models = [
  `CREATE TABLE models (
     id uuid PRIMARY KEY,
     ${NAME} UNIQUE,
     description text NOT NULL,
     license text NOT NULL,
     last_version integer NOT NULL DEFAULT 0,
     ${REVISION},
     ${CREATED}
   )`,
  `CREATE TABLE model_versions (
     id uuid PRIMARY KEY,
     model_id uuid NOT NULL REFERENCES models,
     version integer NOT NULL CHECK (version > 0),
     format text NOT NULL CHECK (format IN ('gguf', 'remote')),
     source text NOT NULL,
     quantization text NOT NULL,
     context_tokens integer NOT NULL CHECK (context_tokens >= 0),
     ${REVISION},
     ${CREATED},
     UNIQUE (model_id, version)
   )`,
  `CREATE TABLE artifacts (
     version_id uuid NOT NULL REFERENCES model_versions,
     position smallint NOT NULL,
     path text NOT NULL,
     uri text NOT NULL,
     sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
     size_bytes bigint NOT NULL CHECK (size_bytes > 0),
     PRIMARY KEY (version_id, position),
     UNIQUE (version_id, path)
   )`,
  `CREATE TABLE model_aliases (
     model_id uuid NOT NULL REFERENCES models,
     alias text COLLATE "C" NOT NULL,
     version integer NOT NULL,
     PRIMARY KEY (model_id, alias),
     FOREIGN KEY (model_id, version) REFERENCES model_versions (model_id, version)
   )`,
];

const serving = [
  `CREATE TABLE deployments (
     id uuid PRIMARY KEY,
     ${NAME} UNIQUE,
     version_id uuid NOT NULL REFERENCES model_versions,
     engine jsonb NOT NULL,
     desired_state text NOT NULL CHECK (desired_state IN ('running', 'stopped')),
     reported_state text NOT NULL DEFAULT '',
     reported_reason text NOT NULL DEFAULT '',
     reported_at_ms bigint NOT NULL DEFAULT 0,
     ${REVISION},
     ${CREATED}
   )`,
  // A deleted route stays as a row: its revision goes on when the alias comes back, so that no reader takes the new one for old.
  `CREATE TABLE routes (
     alias text COLLATE "C" PRIMARY KEY,
     policy text NOT NULL,
     on_guardrails_error text NOT NULL CHECK (on_guardrails_error IN ('closed', 'open')),
     organization_id uuid,
     project_ids uuid[] NOT NULL,
     deleted boolean NOT NULL DEFAULT false,
     ${REVISION},
     ${CREATED}
   )`,
  `CREATE TABLE route_targets (
     alias text COLLATE "C" NOT NULL REFERENCES routes,
     position smallint NOT NULL,
     deployment_id uuid NOT NULL REFERENCES deployments,
     weight integer NOT NULL CHECK (weight >= 0),
     PRIMARY KEY (alias, position)
   )`,
  `CREATE INDEX route_targets_deployment ON route_targets (deployment_id)`,
];

const tenancy = [
  `CREATE TABLE organizations (id uuid PRIMARY KEY, ${NAME} UNIQUE, ${REVISION}, ${CREATED})`,
  `ALTER TABLE routes ADD FOREIGN KEY (organization_id) REFERENCES organizations`,
  `CREATE TABLE projects (
     id uuid PRIMARY KEY,
     organization_id uuid NOT NULL REFERENCES organizations,
     ${NAME},
     ${REVISION},
     ${CREATED},
     UNIQUE (organization_id, name),
     UNIQUE (organization_id, id)
   )`,
  `CREATE TABLE api_keys (
     id uuid PRIMARY KEY,
     organization_id uuid NOT NULL,
     project_id uuid NOT NULL,
     name text NOT NULL,
     prefix text NOT NULL,
     hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
     scopes text[] NOT NULL,
     role text NOT NULL,
     on_billing_error text NOT NULL CHECK (on_billing_error IN ('closed', 'open')),
     expires_at_ms bigint NOT NULL,
     revoked_at_ms bigint NOT NULL DEFAULT 0,
     ${REVISION},
     ${CREATED},
     FOREIGN KEY (organization_id, project_id) REFERENCES projects (organization_id, id)
   )`,
  `CREATE INDEX api_keys_project ON api_keys (project_id, created_at_ms DESC)`,
];

/** What the state topic must hold: one row per object, with the revision that its last event carries. */
const revisions = `CREATE VIEW object_revisions AS
     SELECT 'model' AS kind, id::text AS id, revision FROM models
     UNION ALL SELECT 'model_version', id::text, revision FROM model_versions
     UNION ALL SELECT 'deployment', id::text, revision FROM deployments
     UNION ALL SELECT 'route', alias, revision FROM routes
     UNION ALL SELECT 'organization', id::text, revision FROM organizations
     UNION ALL SELECT 'project', id::text, revision FROM projects
     UNION ALL SELECT 'api_key', id::text, revision FROM api_keys`;

/** What quantizing cost, and leave to serve without knowing it. */
const quality = [
  `ALTER TABLE model_versions ADD COLUMN lineage jsonb`,
  `CREATE TABLE quality_reports (
     version_id uuid NOT NULL REFERENCES model_versions,
     parent_sha256 text NOT NULL CHECK (parent_sha256 ~ '^[0-9a-f]{64}$'),
     corpus text COLLATE "C" NOT NULL,
     measured_at_ms bigint NOT NULL CHECK (measured_at_ms >= 0),
     report jsonb NOT NULL,
     PRIMARY KEY (version_id, parent_sha256, corpus)
   )`,
  `ALTER TABLE deployments ADD COLUMN quality_override jsonb`,
  // Engines that were written before these fields existed get their defaults, so that rows read as requests do.
  `UPDATE deployments SET engine = '{"more_base_urls": [], "max_queued_tokens": 0, "idle_unload_seconds": 0,
     "shares": [], "usd_per_hour": ""}'::jsonb || engine`,
];

/** What guardrails decide beside a route's policy. Rows of before keep what they had: nothing of it. */
const guarding = [
  `ALTER TABLE routes
     ADD COLUMN stage_policies jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN max_holdback_chars integer NOT NULL DEFAULT 0 CHECK (max_holdback_chars >= 0),
     ADD COLUMN on_blocked_input text NOT NULL DEFAULT 'error' CHECK (on_blocked_input IN ('error', 'completion'))`,
  `ALTER TABLE projects
     ADD COLUMN policy text NOT NULL DEFAULT '',
     ADD COLUMN keep_content boolean NOT NULL DEFAULT false`,
];

export const registryMigrations: readonly MigrationClass[] = [
  migration('20261123_001_models', models),
  migration('20261123_002_deployments_and_routes', serving),
  migration('20261123_003_tenancy', tenancy),
  migration('20261123_004_object_revisions', [revisions]),
  migration('20261123_005_quality', quality),
  migration('20261123_006_guarding', guarding),
];
