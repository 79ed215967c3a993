import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const WATCHER = fileURLToPath(new URL('./fixtures/watch-parents.mjs', import.meta.url));

/** Stands for npm: starts the program through a shell that stays between them, and is killed. */
const NPM = `
  const child = require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(`${process.execPath} ${WATCHER}; true`)}], { stdio: 'inherit' });
  setInterval(() => {}, 1000);`;

it('a program notices that npm was killed, though the shell between them lives', async () => {
  const npm = spawn(process.execPath, ['-e', NPM], {
    env: { ...process.env, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: npm.stdout })[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('watching');
  npm.kill('SIGKILL');
  expect((await lines.next()).value).toBe('orphaned');
});
