import { constants, setPriority } from 'node:os';
import type { MeasureJob } from './measure/measure-protocol.js';
import { measure } from './measure/measure.js';

// Requests go first: a measurement takes what the engines leave.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
process.once('message', (job: MeasureJob) => {
  void measure(job, {
    send: (message) => process.send?.(message),
    availableMemory: () => process.availableMemory(),
  });
});
// The parent owns this process. A Ctrl-C of the terminal reaches both.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));
