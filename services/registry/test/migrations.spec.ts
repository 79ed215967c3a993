import { Database } from '@weir/database';
import { silentLogger, surroundings, testDatabase } from '@weir/testing';
import { expect, it } from 'vitest';
import { registryMigrations } from '../migrations/index.js';
import { DeploymentsRepository } from '../src/deployments/deployments.repository.js';
import { ModelVersionsRepository } from '../src/models/model-versions.repository.js';
import { RoutesRepository } from '../src/routes/routes.repository.js';
import { OrganizationsRepository } from '../src/tenancy/organizations.repository.js';

const ID = '0199c0de-0000-7000-8000-000000000001';

it('routes and projects of before stage policies decide as they did', async () => {
  await using before = await testDatabase({ service: 'registry', migrations: registryMigrations.slice(0, 5) });
  await before.query(`INSERT INTO organizations (id, name, created_at_ms) VALUES ($1, 'o', 1)`, [ID]);
  await before.query(`INSERT INTO projects (id, organization_id, name, created_at_ms) VALUES ($1, $1, 'p', 1)`, [ID]);
  await before.query(
    `INSERT INTO routes (alias, policy, on_guardrails_error, project_ids, created_at_ms)
     VALUES ('chat', 'strict', 'closed', '{}', 1)`,
  );
  await using after = await reopened(before);
  const route = await new RoutesRepository().find(after, 'chat');
  expect(route?.object).toMatchObject({
    policy: 'strict',
    stage_policies: {},
    max_holdback_chars: 0,
    on_blocked_input: 'error',
  });
  const project = await new OrganizationsRepository().findProject(after, ID);
  expect(project).toMatchObject({ revision: 1, object: { policy: '', keep_content: false } });
});

/** The same schema, with the migrations of today. */
function reopened({ schema }: Database): Promise<Database> {
  const { databaseUrl: url } = surroundings();
  const opened = { url, schema, service: 'registry', poolSize: 1, logger: silentLogger };
  return Database.open({ ...opened, migrations: registryMigrations });
}

it('versions and engines of before the quality reports read as new ones do', async () => {
  await using before = await testDatabase({ service: 'registry', migrations: registryMigrations.slice(0, 4) });
  await before.query(`INSERT INTO models (id, name, description, license, created_at_ms) VALUES ($1, 'm', '', '', 1)`, [
    ID,
  ]);
  await before.query(
    `INSERT INTO model_versions (id, model_id, version, format, source, quantization, context_tokens, created_at_ms)
     VALUES ($1, $1, 1, 'gguf', '', '', 0, 1)`,
    [ID],
  );
  const engine = { kind: 'llamacpp', slots: 3, context_tokens: 512, max_queue: 4 };
  await before.query(
    `INSERT INTO deployments (id, name, version_id, engine, desired_state, created_at_ms)
     VALUES ($1, 'd', $1, $2, 'running', 1)`,
    [ID, JSON.stringify(engine)],
  );

  await using after = await reopened(before);
  const version = await new ModelVersionsRepository().findById(after, ID);
  expect(version?.object).toMatchObject({ quality_reports: [], artifacts: [] });
  expect(version?.object.lineage).toBeUndefined();
  const deployment = await new DeploymentsRepository().findById(after, ID);
  expect(deployment?.object.quality_override).toBeUndefined();
  expect(deployment?.object.engine).toEqual({
    ...engine,
    more_base_urls: [],
    max_queued_tokens: 0,
    idle_unload_seconds: 0,
    shares: [],
    usd_per_hour: '',
  });
});
