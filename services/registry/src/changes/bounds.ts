import { WeirError } from '@weir/errors';

/** Two creations at once may pass the bound by one: it guards sizes, not money. */
export function checkBound(count: number, most: number, what: string): void {
  if (count < most) return;
  throw new WeirError('failed_precondition', `There are ${count} ${what}, the most allowed.`, {
    details: { most },
  });
}
