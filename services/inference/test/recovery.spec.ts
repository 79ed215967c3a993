import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ModelVersionState } from '@weir/contracts';
import { eventually, temporaryFolder } from '@weir/testing';
import { ask, failureOf, isReady, localEngine, modelFile, versionOf, whole } from './fixtures.js';

const BACK_MS = 10_000;

function signalEngine(pid: number | undefined, signal: 'SIGKILL' | 'SIGSTOP'): void {
  expect(pid).toBeTypeOf('number');
  process.kill(pid ?? 0, signal);
}

describe('an engine that breaks', () => {
  let version: ModelVersionState;
  beforeAll(async () => {
    version = await versionOf(modelFile());
  });

  it('killed: running streams end with their usage, waiting ones succeed, and it is back', async () => {
    await using engine = localEngine(version, { slots: 8, context_tokens: 512 });
    await isReady(engine.backend);
    let first = 0;
    const running = Array.from({ length: 8 }, async () => {
      const parts = ask(engine.backend, {
        temperature: 0,
        maxTokens: 256,
        prompt: { kind: 'text', text: 'Once upon a time' },
      });
      let seen = 0;
      return failureOf(
        (async function* () {
          for await (const part of parts) {
            seen += part.tokens;
            if (seen === part.tokens) first++;
            yield part;
          }
        })(),
      ).then(({ error }) => ({ error, seen }));
    });
    const waiting = Array.from({ length: 3 }, () => whole(ask(engine.backend, { maxTokens: 4 })));
    await eventually(() => first === 8 && engine.backend.waiting === 3, { timeoutMs: 30_000 });
    const killedAt = Date.now();
    signalEngine(engine.backend.enginePid, 'SIGKILL');
    for (const { error, seen } of await Promise.all(running)) {
      expect(error).toMatchObject({ code: 'engine_failed', details: { input_tokens: expect.any(Number) } });
      const { output_tokens } = (error as { details: { output_tokens: number } }).details;
      expect(output_tokens).toBeGreaterThanOrEqual(seen);
      expect(output_tokens).toBeGreaterThan(0);
    }
    await isReady(engine.backend);
    expect(Date.now() - killedAt).toBeLessThan(BACK_MS);
    expect((await Promise.all(waiting)).every(({ last }) => last?.finish)).toBe(true);
  });

  it('killed: a request that it has not looked at yet runs again', async () => {
    await using engine = localEngine(version);
    await isReady(engine.backend);
    signalEngine(engine.backend.enginePid, 'SIGSTOP');
    const sent = whole(ask(engine.backend, { maxTokens: 3 }));
    await eventually(() => engine.backend.running === 1);
    signalEngine(engine.backend.enginePid, 'SIGKILL');
    expect((await sent).last?.finish).toBeDefined();
  });

  it('leaves when the process that started it is killed', async () => {
    const engineMain = join(import.meta.dirname, '../engine/dist/main.js');
    const program = `
      const child = require('node:child_process').fork(${JSON.stringify(engineMain)}, { stdio: 'ignore' });
      child.once('spawn', () => process.stdout.write(String(child.pid)));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    const isAlive = () => existsSync(`/proc/${pid.toString()}`);
    expect(isAlive()).toBe(true);
    parent.kill('SIGKILL');
    await eventually(() => !isAlive());
  });

  it('hung: it is noticed, ended and started again', async () => {
    await using engine = localEngine(version, {}, { stallSeconds: 3 });
    await isReady(engine.backend);
    const prompt = { kind: 'text', text: '1 2 3 4 5 6' } as const;
    const hung = failureOf(ask(engine.backend, { prompt, maxTokens: 256, temperature: 0 }));
    await eventually(() => engine.steps.length > 3);
    signalEngine(engine.backend.enginePid, 'SIGSTOP');
    expect((await hung).error).toMatchObject({ code: 'engine_failed' });
    expect((await whole(ask(engine.backend, { maxTokens: 2 }))).last?.finish).toBeDefined();
  });

  it('refuses files that are not what the registry says', async () => {
    await using folder = await temporaryFolder();
    const copy = join(folder.path, 'model.gguf');
    await copyFile(modelFile(), copy);
    const wrong = await versionOf(copy, '0'.repeat(64));
    const right = await versionOf(copy);
    await using digest = localEngine(wrong);
    await eventually(() => digest.backend.status.state === 'failed');
    expect(digest.backend.status.reason).toMatch(/^artifact_mismatch: .*digest/);
    await truncate(copy, 1_000_000);
    await using short = localEngine(right);
    await eventually(() => short.backend.status.state === 'failed');
    expect(short.backend.status.reason).toMatch(/^artifact_mismatch: .*1000000 bytes/);
    expect((await failureOf(ask(short.backend))).error).toMatchObject({ code: 'engine_unavailable' });
    expect(short.backend.enginePid).toBeUndefined();
  });

  it('says why a model cannot be loaded, and does not try for ever', async () => {
    await using folder = await temporaryFolder();
    const broken = join(folder.path, 'model.gguf');
    await copyFile(modelFile(), broken);
    const file = await open(broken, 'r+');
    await file.write(Buffer.alloc(64, 0xff), 0, 64, 0);
    await file.close();
    await using engine = localEngine(await versionOf(broken));
    await eventually(() => engine.backend.status.state === 'failed', { timeoutMs: 20_000 });
    expect(engine.backend.status.reason).toMatch(/^engine_failed: /);
  });

  it('refuses a model that does not fit into memory', async () => {
    await using engine = localEngine(version, {}, { memoryReserveMb: 1_048_576 });
    await eventually(() => engine.backend.status.state === 'failed', { timeoutMs: 20_000 });
    expect(engine.backend.status.reason).toMatch(/^insufficient_memory: /);
  });
});
