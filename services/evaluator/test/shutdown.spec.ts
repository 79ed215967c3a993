import { evaluationV1 } from '@weir/contracts';
import { Database } from '@weir/database';
import { eventually, fakeUpstream, silentLogger, startTestProcess } from '@weir/testing';
import { expect, it } from 'vitest';
import { evaluatorMigrations, evaluatorService } from '../src/index.js';

it('a drain ends running and waiting jobs as failed, since nobody else has their keys', async () => {
  await using frontDoor = await fakeUpstream({ ttftMs: 60_000 });
  await using running = await startTestProcess({
    services: [evaluatorService],
    env: { WEIR_EVALUATOR_TARGET_URL: frontDoor.url, WEIR_EVALUATOR_RUNNING_JOBS: '1' },
  });
  const { apiKey } = await running.seedTenant({ scopes: ['inference'] });
  const jobs = running.operator.client('evaluator', evaluationV1.EvaluationServiceDefinition);
  const suiteJsonl = '{"id":"a","type":"exact_match","prompt":"2+2?","answer":"4"}';
  for (const name of ['runs', 'waits']) await jobs.createJob({ name, model: 'm', suiteJsonl, apiKey });
  await eventually(() => frontDoor.requests.length === 1);
  await running.drain();
  await eventually(() => frontDoor.aborts.length === 1);
  await using database = await Database.open({
    url: running.settings.databaseUrl,
    schema: `${running.settings.schemaPrefix}evaluator`,
    service: 'evaluator',
    migrations: evaluatorMigrations,
    poolSize: 1,
    logger: silentLogger,
  });
  const rows = await database.query('SELECT name, state, state_reason FROM jobs ORDER BY name');
  const ended = { state: 'failed', state_reason: 'the evaluator was stopped' };
  expect(rows).toEqual([
    { name: 'runs', ...ended },
    { name: 'waits', ...ended },
  ]);
  const announced = await database.query<{ count: string }>('SELECT count(*) FROM outbox');
  expect(Number(announced[0]?.count)).toBeLessThanOrEqual(2);
});
