import { isWeirError, WeirError } from '@weir/errors';

interface PostgresError {
  readonly code: string;
  readonly constraint?: string;
}

function postgresError(error: unknown): PostgresError | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('driverError' in error) return postgresError(error.driverError);
  return 'code' in error && typeof error.code === 'string' ? (error as PostgresError) : undefined;
}

/** SQLSTATE 23505, of the named constraint or of any. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const found = postgresError(error);
  return found?.code === '23505' && (constraint === undefined || found.constraint === constraint);
}

/** Serialization failure or deadlock: the transaction did nothing and may be run again. */
export function isTransient(error: unknown): boolean {
  const code = postgresError(error)?.code;
  return code === '40001' || code === '40P01';
}

const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '53300',
]);
/** Lock timeout and statement timeout: the database is there, but not for this request. */
const BUSY_CODES = new Set(['55P03', '57014']);
const CONNECTION_TEXT =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** The same error, unless the database cannot be reached or did not answer in time: then `database_unavailable`. */
export function databaseFailure(error: unknown): unknown {
  if (isWeirError(error)) return error;
  const code = postgresError(error)?.code ?? '';
  if (BUSY_CODES.has(code)) {
    return new WeirError('database_unavailable', 'The database did not answer in time.', { cause: error });
  }
  const lost = CONNECTION_CODES.has(code) || code.startsWith('08') || CONNECTION_TEXT.test(String(error));
  return lost ? new WeirError('database_unavailable', 'The database cannot be reached.', { cause: error }) : error;
}
