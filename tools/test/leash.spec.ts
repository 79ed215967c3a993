import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Leash, type LeashedServer } from '../src/embedded/leash.js';
import { endLeftover, isAlive, livingPid, waitForEnd } from '../src/embedded/leftover.js';

const LEASH = fileURLToPath(new URL('../embedded/leash.sh', import.meta.url));
/** Runs until it is signalled; says so when it stops in good order. */
const SERVER = `process.on('SIGTERM', () => { console.log('in good order'); process.exit(0); }); console.log('up'); setInterval(() => {}, 1000);`;
const STUBBORN = `process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000);`;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-leash-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const server = (code: string, graceSeconds = 5): LeashedServer => ({
  name: 'test server',
  command: [process.execPath, '-e', code, directory],
  environment: { PATH: process.env.PATH ?? '' },
  directory,
  pidFile: join(directory, 'server.pid'),
  logFile: join(directory, 'server.log'),
  signal: 'TERM',
  graceSeconds,
});
const log = () => readFile(join(directory, 'server.log'), 'utf8');
const isUp = async () => (await log()).includes('up');
const pid = async () => (await livingPid(join(directory, 'server.pid'), directory)) ?? 0;

describe('a server on a leash', () => {
  it('stops in good order and takes its pid file along', async () => {
    const leash = await Leash.start(server(SERVER));
    await leash.ready(isUp, 10_000);
    const running = await pid();
    expect(isAlive(running)).toBe(true);
    await leash.stop();
    expect(isAlive(running)).toBe(false);
    expect(await log()).toContain('in good order');
    await expect(readFile(join(directory, 'server.pid'))).rejects.toThrow('ENOENT');
  });

  it('is killed when it does not stop within its grace', async () => {
    const leash = await Leash.start(server(STUBBORN, 1));
    await leash.ready(isUp, 10_000);
    const running = await pid();
    await leash.stop();
    expect(isAlive(running)).toBe(false);
  });

  it('ends when the process that holds the leash is killed', async () => {
    const command = [LEASH, join(directory, 'server.pid'), 'TERM', '5', process.execPath, '-e', SERVER, directory];
    const holder = `
      const child = require('node:child_process').spawn('/bin/sh', ${JSON.stringify(command)}, { stdio: ['pipe', 'inherit', 'inherit'], detached: true });
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['-e', holder], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    const running = await pid();
    expect(running).toBeGreaterThan(1);
    parent.kill('SIGKILL');
    expect(await waitForEnd(running, 10_000)).toBe(true);
  });

  it('says at once, with its last words, that it did not come up', async () => {
    const leash = await Leash.start(server(`console.error('no such disk'); process.exit(3)`));
    await expect(leash.ready(async () => false, 10_000)).rejects.toThrow(
      /test server ended while it started: no such disk/,
    );
  });
});

describe('what a killed start left behind', () => {
  it('is ended by its pid file', async () => {
    const orphan = spawn(process.execPath, ['-e', SERVER, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(orphan.stdout, 'data');
    const ended = once(orphan, 'exit');
    const pidFile = join(directory, 'server.pid');
    await writeFile(pidFile, `${orphan.pid}\n`);
    await endLeftover({ pidFile, mark: directory, signal: 'SIGTERM', patienceMs: 0 });
    expect(await ended).toEqual([0, null]);
    await expect(readFile(pidFile)).rejects.toThrow('ENOENT');
  });

  it('is left alone when its id belongs to another program now', async () => {
    const pidFile = join(directory, 'server.pid');
    await writeFile(pidFile, `${process.pid}\n`);
    await endLeftover({ pidFile, mark: '/a/folder/of/another/program', signal: 'SIGTERM', patienceMs: 0 });
    expect(isAlive(process.pid)).toBe(true);
  });
});
