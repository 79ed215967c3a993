import { WeirError } from '@weir/errors';

/** The error for a parameter that an upstream would refuse without a reason, or ignore without a word. */
export function unsupported(param: string, problem = 'is nothing that the upstream can do'): WeirError {
  return new WeirError('unsupported_parameter', `${param} ${problem}.`, { param });
}
