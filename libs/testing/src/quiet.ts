import { createLogger, Metrics, type Logger } from '@weir/telemetry';

/** Logs nothing. */
export const silentLogger: Logger = createLogger({ level: 'silent' });

/** Metrics of one test, shared with no other. */
export const testMetrics = (): Metrics => new Metrics();
