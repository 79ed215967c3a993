import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

/** What a benchmark ran on, as one line for its report. */
export function machine(): string {
  const model = /model name\s*:\s*(.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown processor';
  return `${cpus().length} cores of ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
}

/** Runs `work` with what the machine's other processes did meanwhile left out of the picture as far as possible. */
export async function settle(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
