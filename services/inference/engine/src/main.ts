import { EngineHost } from './engine-host.js';
import type { ParentMessage } from './protocol.js';

const host = new EngineHost({
  write: (message, written) => process.send?.(message, written),
  now: () => performance.now(),
  availableMemory: () => process.availableMemory(),
});

process.on('message', (message: ParentMessage) => host.receive(message));
// The parent owns this process: it drains first and then leaves. A Ctrl-C of the terminal reaches both.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));
