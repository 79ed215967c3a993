import { WeirError } from '@weir/errors';

/** Carries what a person gave out for content that a policy held back; on gRPC a metadata key. */
export const APPROVAL_HEADER = 'x-weir-approval';

const MOST_CHARACTERS = 4_096;

/** Empty = none. @throws WeirError `invalid_request` */
export function approvalOf(value: string | readonly string[] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS) return value;
  const message = `Invalid value for '${APPROVAL_HEADER}': once, and at most ${MOST_CHARACTERS} characters.`;
  throw new WeirError('invalid_request', message, { param: APPROVAL_HEADER });
}
