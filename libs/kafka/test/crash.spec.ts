import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditRecorded } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { audit, openBus, until, uniquePrefix } from './bus-fixture.js';

/** Runs the victim until it says the word, then kills it with no chance to clean up. */
async function runAndKill(
  role: 'consumer' | 'spooler',
  settings: { prefix: string; spool: string },
  enough: number,
): Promise<string[]> {
  const victim = fork(new URL('./victim.ts', import.meta.url), [role, settings.prefix, settings.spool], {
    execArgv: [
      '--conditions=weir-source',
      '--experimental-transform-types',
      '--no-warnings',
      '--import',
      new URL('./ts-hooks.mjs', import.meta.url).href,
    ],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const said: string[] = [];
  victim.on('message', (message) => said.push(String(message)));
  const exited = once(victim, 'exit');
  await until(() => said.length >= enough || victim.exitCode !== null, 40_000);
  victim.kill('SIGKILL');
  await exited;
  return said;
}

describe('a process that is killed', () => {
  it('as a consumer: what it had not committed is delivered again to the next one within 15 s', async () => {
    const prefix = uniquePrefix();
    const spool = await mkdtemp(join(tmpdir(), 'weir-victim-'));
    await using test = await openBus({ prefix });
    await test.bus.createTopics([auditRecorded]);
    const publisher = test.bus.publisher(auditRecorded);
    for (let number = 0; number < 5; number++) await publisher.publish(audit('org', number), { timeoutMs: 5000 });
    const first = await runAndKill('consumer', { prefix, spool }, 3);
    expect(first.slice(0, 3)).toEqual(['0', '1', '2']);
    const startedAt = performance.now();
    const seen: string[] = [];
    await test.bus.consume({
      event: auditRecorded,
      group: 'g',
      onEvent: async (event) => void seen.push(event.data.target),
    });
    await until(() => seen.includes('4'));
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(seen.slice(-3)).toEqual(['2', '3', '4']);
    await rm(spool, { recursive: true });
  });

  it('with a spool: every event whose publish had resolved reaches Kafka', async () => {
    const prefix = uniquePrefix();
    const spool = await mkdtemp(join(tmpdir(), 'weir-victim-'));
    const acknowledged = await runAndKill('spooler', { prefix, spool }, 200);
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    const seen = new Set<string>();
    await using test = await openBus({ prefix, spool });
    await test.bus.createTopics([auditRecorded]);
    await test.bus.consume({ event: auditRecorded, group: 'g', onEvent: async (event) => void seen.add(event.id) });
    await until(() => acknowledged.every((id) => seen.has(id)));
    await until(async () => (await readdir(spool)).length === 0);
    await rm(spool, { recursive: true });
  });
});
