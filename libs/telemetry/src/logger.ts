import { pino } from 'pino';

export type Logger = pino.Logger;

/** Paths whose values never reach a log, whatever object they are logged in. */
const REDACTED = ['authorization', 'api_key', 'apiKey', 'secret', 'password', 'token', 'prompt', 'content'];

/** JSON lines with ISO times. Values under names of secrets or of text are replaced, up to two levels deep. */
export function createLogger(options: {
  readonly level: string;
  readonly name?: string;
  readonly destination?: pino.DestinationStream;
}): Logger {
  const settings: pino.LoggerOptions = {
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
    ...(options.name ? { name: options.name } : {}),
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}
