import { spawn } from 'node:child_process';

/** Runs a program to its end; resolves to its output, rejects with the last lines of it. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-20_000);
      });
    }
    child.once('error', reject);
    child.once('close', (status, signal) => {
      if (status === 0) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${signal ?? status}:\n${output.trim()}`));
    });
  });
}
