import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPrivate, secretAt, writePrivate } from '../src/home/private-file.js';
import { tellRunning, whatRuns, type Running } from '../src/home/running.js';
import { isWanted } from '../src/model/fetch.js';
import { LogFile } from '../src/processes/log-file.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-files-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('private files', () => {
  it('are one line, for the owner only', async () => {
    const path = join(directory, 'keys/demo');
    await writePrivate(path, 'weir_secret');
    expect(await readFile(path, 'utf8')).toBe('weir_secret\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readPrivate(path)).toBe('weir_secret');
    expect(await readPrivate(join(directory, 'none'))).toBeUndefined();
  });

  it('hold a secret that is made once, also by two at the same time', async () => {
    const path = join(directory, 'secrets/mesh');
    const secrets = await Promise.all(Array.from({ length: 8 }, () => secretAt(path)));
    expect(new Set(secrets).size).toBe(1);
    expect(secrets[0]?.length).toBeGreaterThan(40);
    expect(await secretAt(path)).toBe(secrets[0]);
    expect(await readdir(join(directory, 'secrets'))).toEqual(['mesh']);
  });
});

describe('what runs', () => {
  const facts: Running = {
    pid: process.pid,
    databaseUrl: 'postgres://weir:secret@127.0.0.1:1/weir',
    kafkaBrokers: '127.0.0.1:2',
    httpUrl: 'http://127.0.0.1:3',
    addresses: { router: '127.0.0.1:4' },
  };
  const path = () => join(directory, 'running.json');

  it('is known while it runs', async () => {
    const told = await tellRunning(path(), facts);
    expect(await whatRuns(path())).toEqual(facts);
    await told[Symbol.asyncDispose]();
    expect(await whatRuns(path())).toBeUndefined();
  });

  it('is nothing when its process is gone or the file is broken', async () => {
    await tellRunning(path(), { ...facts, pid: 2 ** 22 + 1 });
    expect(await whatRuns(path())).toBeUndefined();
    await writeFile(path(), '{"pid": 1');
    expect(await whatRuns(path())).toBeUndefined();
  });
});

describe('a model file', () => {
  const sha256 = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';

  it('is wanted by size and digest', async () => {
    const path = join(directory, 'model.gguf');
    expect(await isWanted(path, { sizeBytes: 11, sha256 })).toBe(false);
    await writeFile(path, 'hello world');
    expect(await isWanted(path, { sizeBytes: 11, sha256 })).toBe(true);
    await writeFile(path, 'hello worle');
    expect(await isWanted(path, { sizeBytes: 11, sha256 })).toBe(false);
    await writeFile(path, 'hello worl');
    expect(await isWanted(path, { sizeBytes: 11, sha256 })).toBe(false);
  });
});

describe('a log file', () => {
  it('turns over and keeps the file before, no more', async () => {
    const path = join(directory, 'weir.log');
    using log = new LogFile(path, 100);
    for (let line = 0; line < 30; line += 1) log.write(`line number ${line}\n`);
    expect((await readdir(directory)).sort()).toEqual(['weir.log', 'weir.log.1']);
    expect((await stat(path)).size).toBeLessThan(130);
    expect(await readFile(path, 'utf8')).toContain('line number 29\n');
  });
});
