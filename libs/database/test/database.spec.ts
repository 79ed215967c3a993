import { engineState, registryChanged } from '@weir/contracts';
import { processSettings, readSettings } from '@weir/config';
import { createLogger } from '@weir/telemetry';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../src/database.js';
import { migration } from '../src/migration.js';

const settings = readSettings({ databaseUrl: processSettings.databaseUrl });
const url = settings.ok ? settings.values.databaseUrl : '';
const schema = `database_test_${process.pid}`;
const logger = createLogger({ level: 'silent' });
const migrations = [
  migration('20260102_001_counters', [
    'CREATE TABLE counters (name text PRIMARY KEY, value bigint NOT NULL, share numeric(38,12))',
  ]),
];
const open = (service = 'test') => Database.open({ url, schema, service, migrations, poolSize: 4, logger });

describe('Database', () => {
  let database: Database;
  const changed = {
    object_key: 'model/1',
    kind: 'model',
    change: 'created' as const,
    revision: 1,
    changed_by: 'operator',
    changed_at: 1,
  };

  beforeAll(async () => {
    const opened = await Promise.all([open(), open(), open()]);
    database = opened[0];
    await Promise.all(opened.slice(1).map((extra) => extra[Symbol.asyncDispose]()));
  });

  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`DROP SCHEMA "${schema}" CASCADE`);
    await client.end();
  });

  it('migrates once when three processes start together', async () => {
    const rows = await database.query<{ count: string }>('SELECT count(*) FROM migrations');
    expect(rows[0]?.count).toBe('2');
  });

  it('sets the limits of every session', async () => {
    const rows = await database.query<{ a: string; b: string }>(
      `SELECT current_setting('statement_timeout') a, current_setting('lock_timeout') b`,
    );
    expect(rows[0]).toEqual({ a: '5s', b: '1s' });
  });

  it('gives money and big numbers as exact text', async () => {
    await database.query(`INSERT INTO counters VALUES ('exact', 9007199254740993, 0.000000000001)`);
    const rows = await database.query(`SELECT value, share FROM counters WHERE name = 'exact'`);
    expect(rows).toEqual([{ value: '9007199254740993', share: '0.000000000001' }]);
  });

  it('writes the change and its event together or not at all', async () => {
    const fail = database.transaction(async (tx) => {
      await tx.query(`INSERT INTO counters VALUES ('gone', 1, 0)`);
      await tx.append(registryChanged, changed);
      throw new TypeError('stop');
    });
    await expect(fail).rejects.toThrow('stop');
    expect(await database.query(`SELECT 1 FROM counters WHERE name = 'gone'`)).toEqual([]);
    expect(await database.query('SELECT 1 FROM outbox')).toEqual([]);

    const id = await database.transaction((tx) => tx.append(registryChanged, changed, { traceparent: 't' }));
    const rows = await database.query('SELECT id, aggregatetype, aggregateid, source, traceparent FROM outbox');
    expect(rows).toEqual([
      { id, aggregatetype: registryChanged.type, aggregateid: 'model/1', source: '/weir/registry', traceparent: 't' },
    ]);
  });

  it('refuses an event that does not fit its schema', async () => {
    const wrong = { deployment_id: 7 } as never;
    await expect(database.transaction((tx) => tx.append(engineState, wrong))).rejects.toMatchObject({
      code: 'invalid_event',
    });
  });

  it('lets an event have its effect once, also when two consumers hold it at the same time', async () => {
    const event = { source: '/weir/test', id: '01890a5d-ac96-774b-bcce-b302099a8057' };
    const claims = await Promise.all([1, 2, 3, 4].map(() => database.transaction((tx) => tx.claim('billing', event))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await database.transaction((tx) => tx.claim('monitor', event))).toBe(true);
  });

  it('claims and appends many at once, in order, each event once', async () => {
    await database.query('DELETE FROM outbox');
    const ids = ['01890a5d-ac96-774b-bcce-b302099a8061', '01890a5d-ac96-774b-bcce-b302099a8060'];
    const events = ids.map((id) => ({ source: '/weir/test', id }));
    const claimed = await Promise.all([1, 2, 3].map(() => database.transaction((tx) => tx.claimAll('many', events))));
    expect(claimed.flatMap((fresh) => [...fresh]).sort()).toEqual([...ids].sort());
    expect(await database.transaction((tx) => tx.claimAll('many', []))).toEqual(new Set());

    const items = [3, 1, 2].map((revision) => ({
      data: { ...changed, revision },
      time: revision,
      subject: `s${revision}`,
    }));
    await database.transaction((tx) => tx.appendAll(registryChanged, items));
    const rows = await database.query(
      "SELECT payload->>'revision' AS revision, subject, aggregateid, source FROM outbox ORDER BY sequence",
    );
    const from = { aggregateid: 'model/1', source: '/weir/registry' };
    expect(rows).toEqual(['3', '1', '2'].map((revision) => ({ revision, subject: `s${revision}`, ...from })));
    const wrong = [{ data: { deployment_id: 7 } as never }];
    await expect(database.transaction((tx) => tx.appendAll(engineState, wrong))).rejects.toMatchObject({
      code: 'invalid_event',
    });
  });

  it('runs a transaction again that lost a serialization race', async () => {
    await database.query(`INSERT INTO counters VALUES ('race', 0, 0)`);
    const add = () =>
      database.transaction(async (tx) => {
        await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ');
        const [row] = await tx.query<{ value: string }>(`SELECT value FROM counters WHERE name = 'race'`);
        await tx.query(`UPDATE counters SET value = $1 WHERE name = 'race'`, [Number(row?.value) + 1]);
      });
    await Promise.all([add(), add()]);
    expect(await database.query(`SELECT value FROM counters WHERE name = 'race'`)).toEqual([{ value: '2' }]);
  });

  it('names a database that is not there', async () => {
    const elsewhere = { url: 'postgres://x:x@127.0.0.1:9/x', schema, service: 't', migrations, poolSize: 1, logger };
    await expect(Database.open(elsewhere)).rejects.toMatchObject({ code: 'database_unavailable' });
  });
});
