import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/**
 * A file that one living process holds. It names its holder by pid and start time, so that the file of a killed process
 * gives way, also when its pid is in use again.
 * @returns {Promise<{ held: true, release: () => Promise<void> } | { held: false, pid: number }>}
 */
export async function tryLock(path) {
  const own = `${path}.${process.pid}`;
  const mark = `${process.pid} ${await startTimeOf(process.pid)}\n`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(own, mark);
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await linked(own, path)) return { held: true, release: () => release(path, mark) };
      const holder = await read(path);
      if (holder === undefined) continue;
      if (await isHolderAlive(holder)) return { held: false, pid: Number.parseInt(holder, 10) };
      await takeAway(path, holder, `${own}.stale`);
    }
    throw new Error(`${path} changes too fast to be locked`);
  } finally {
    await rm(own, { force: true });
  }
}

/** Waits for the lock; `onWait` hears once who holds it. */
export async function lock(path, onWait = () => {}) {
  for (let waited = false; ; waited = true) {
    const attempt = await tryLock(path);
    if (attempt.held) return attempt;
    if (!waited) onWait(attempt.pid);
    await delay(POLL_MS);
  }
}

async function release(path, mark) {
  if ((await read(path)) === mark) await rm(path, { force: true });
}

/** Two processes may find the same dead holder: what was taken away is put back when it is not that one any more. */
async function takeAway(path, holder, aside) {
  try {
    await rename(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if ((await read(aside)) !== holder) await linked(aside, path);
  await rm(aside, { force: true });
}

async function linked(from, to) {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path) {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function isHolderAlive(text) {
  const [pid, started] = text.trim().split(' ');
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  return (await startTimeOf(pid)) === started;
}

/** Clock ticks between boot and the start of the process; "0" where the system does not tell. */
async function startTimeOf(pid) {
  const stat = await read(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
}
