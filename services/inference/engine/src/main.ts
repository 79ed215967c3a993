import { randomInt } from 'node:crypto';
import { cpus } from 'node:os';
import { EngineHost } from './engine-host.js';
import type { ParentMessage } from './protocol.js';
import type { ProcessorTimes } from './thread-governor.js';

const MOST_RANDOM = 2 ** 47;

const host = new EngineHost({
  write: (message, written) => process.send?.(message, written),
  now: () => performance.now(),
  availableMemory: () => process.availableMemory(),
  processorTimes,
  random: () => randomInt(MOST_RANDOM) / MOST_RANDOM,
});

function processorTimes(): ProcessorTimes {
  const { user, system } = process.cpuUsage();
  const idleMs = cpus().reduce((sum, { times }) => sum + times.idle, 0);
  return { wallMs: performance.now(), idleMs, ownMs: (user + system) / 1_000 };
}

process.on('message', (message: ParentMessage) => host.receive(message));
// The parent owns this process: it drains first and then leaves. A Ctrl-C of the terminal reaches both.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));
