import { readFileSync } from 'node:fs';

const POLL_MS = 1_000;

/**
 * Calls `onOrphaned` once when the process that started this one is gone. npm puts a shell between itself and this program,
 * which outlives a killed npm: then the shell's parent counts too.
 */
export function watchParents(onOrphaned) {
  const before = parents();
  const timer = setInterval(() => {
    if (parents() === before) return;
    clearInterval(timer);
    onOrphaned();
  }, POLL_MS);
  timer.unref();
}

function parents() {
  const parent = process.ppid;
  return isShellOfNpm(parent) ? `${parent} ${parentOf(parent)}` : `${parent}`;
}

function isShellOfNpm(pid) {
  return Boolean(process.env.npm_lifecycle_event) && /^[^\0]*sh\0-c\0/.test(read(`/proc/${pid}/cmdline`));
}

function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
