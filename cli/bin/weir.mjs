#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LEAST_MAJOR = 24;
const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** The Node.js of the shell may be older than the one that Weir is built for; npm installed that one beside it. */
function runUnderPinned() {
  const child = spawn(pinned, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (status) => process.exit(status ?? 1));
}

if (!existsSync(program)) {
  process.stderr.write('weir: the command is not built yet: run `npm start` or `npm run build` first.\n');
  process.exitCode = 1;
} else if (Number(process.versions.node.split('.')[0]) < LEAST_MAJOR && existsSync(pinned)) {
  runUnderPinned();
} else {
  await import(program);
}
