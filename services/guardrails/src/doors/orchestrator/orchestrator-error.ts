import type { WeirError } from '@weir/errors';

/** Error body of the orchestrator's API. */
export function orchestratorError({ httpStatus, message }: WeirError): { code: number; details: string } {
  return { code: httpStatus, details: message };
}
