import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tryLock } from '../prepare/lock.mjs';

const HOLDER = fileURLToPath(new URL('./fixtures/hold-lock.mjs', import.meta.url));
interface Holder {
  readonly child: ChildProcess;
  readonly answer: Promise<{ held: boolean; pid?: number }>;
}

const holders: Holder[] = [];
let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-lock-'));
  path = join(directory, 'the.lock');
});
afterEach(async () => {
  for (const { child } of holders.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

function hold(): Holder {
  const child = spawn(process.execPath, [HOLDER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const answer = once(child.stdout, 'data').then(
    ([text]) => JSON.parse(String(text)) as { held: boolean; pid?: number },
  );
  const holder = { child, answer };
  holders.push(holder);
  return holder;
}

describe('the lock file', () => {
  it('has one holder among many that try at once, and tells the others who it is', async () => {
    const all = Array.from({ length: 6 }, hold);
    const answers = await Promise.all(all.map((one) => one.answer));
    const winner = all[answers.findIndex((answer) => answer.held)];
    expect(answers.filter((answer) => answer.held)).toHaveLength(1);
    expect(answers.filter((answer) => !answer.held).every((answer) => answer.pid === winner?.child.pid)).toBe(true);
  });

  it('passes from a killed holder to exactly one of those that try', async () => {
    const first = hold();
    expect(await first.answer).toMatchObject({ held: true });
    const gone = once(first.child, 'exit');
    first.child.kill('SIGKILL');
    await gone;
    const answers = await Promise.all(Array.from({ length: 6 }, () => hold().answer));
    expect(answers.filter((answer) => answer.held)).toHaveLength(1);
  });

  it('is free when its pid belongs to a process that started at another time', async () => {
    await writeFile(path, `${process.pid} 1\n`);
    expect(await tryLock(path)).toMatchObject({ held: true });
  });

  it('is free after release and leaves nothing behind', async () => {
    const attempt = await tryLock(path);
    expect(await tryLock(path)).toEqual({ held: false, pid: process.pid });
    if (attempt.held) await attempt.release();
    expect(await readdir(directory)).toEqual([]);
  });
});
