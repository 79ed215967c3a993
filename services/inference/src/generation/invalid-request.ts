import { WeirError } from '@weir/errors';

export function invalid(param: string, problem: string): WeirError {
  return new WeirError('invalid_request', `${param} ${problem}.`, { param });
}

export function unsupported(param: string, problem: string): WeirError {
  return new WeirError('unsupported_parameter', `${param} ${problem}.`, { param });
}

/** @throws WeirError `invalid_request` where a number is given that is not within the bounds */
export function requireRange(param: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (value >= least && value <= most)) return;
  throw invalid(param, `must be between ${least} and ${most}`);
}
