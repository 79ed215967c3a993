import type { PicoUsd, TokenPrice } from '@weir/contracts';

/** A price of one model with its validity, [validFromMs, validToMs). */
export interface Price extends TokenPrice {
  readonly id: string;
  readonly model: string;
  readonly validFromMs: number;
  /** Undefined = open. */
  readonly validToMs: number | undefined;
  /** Where the price comes from: a price list, a contract, a calculation. */
  readonly source: string;
}

export interface NewPrice {
  readonly model: string;
  readonly inputPerMillion: PicoUsd;
  readonly cachedInputPerMillion: PicoUsd;
  readonly outputPerMillion: PicoUsd;
  readonly validFromMs: number;
  readonly validToMs: number | undefined;
  readonly source: string;
}

/** A new price as it is asked for; without a beginning it begins when it is placed. */
export type PriceOrder = Omit<NewPrice, 'validFromMs'> & { readonly validFromMs: number | undefined };

/** The first instant from now at which no other price of the model begins. */
export function beginningFrom(existing: readonly Price[], nowMs: number): number {
  const taken = new Set(existing.map((each) => each.validFromMs));
  let beginning = nowMs;
  while (taken.has(beginning)) beginning++;
  return beginning;
}

export type Placement =
  /** The same price is in force already: nothing to write. */
  | { readonly outcome: 'present'; readonly price: Price }
  | { readonly outcome: 'placed'; readonly validToMs: number | undefined; readonly closing: Price | undefined }
  | { readonly outcome: 'refused'; readonly param: string; readonly message: string };

/**
 * Finds the place of a new price among those of its model. The price before it ends where the new one begins, and an
 * open new one ends where the next begins. What was in force in the past is never changed: charges were made by it.
 */
export function placePrice(existing: readonly Price[], price: NewPrice, nowMs: number): Placement {
  if (price.validToMs !== undefined && price.validToMs <= price.validFromMs) {
    return refused('price.valid_to_ms', 'The price would end before it begins.');
  }
  const closing = existing.find((each) => isInForce(each, price.validFromMs));
  if (closing && sameTerms(closing, price)) return { outcome: 'present', price: closing };
  if (closing && price.validFromMs < nowMs) {
    return refused('price.valid_from_ms', 'Another price was in force then; a past price cannot be changed.');
  }
  if (closing?.validFromMs === price.validFromMs) {
    return refused('price.valid_from_ms', 'Another price begins at the same instant.');
  }
  const nextFromMs = Math.min(...existing.map((each) => each.validFromMs).filter((from) => from > price.validFromMs));
  if (price.validToMs !== undefined && price.validToMs > nextFromMs) {
    return refused('price.valid_to_ms', 'The price would overlap the next one.');
  }
  const validToMs = price.validToMs ?? (Number.isFinite(nextFromMs) ? nextFromMs : undefined);
  return { outcome: 'placed', validToMs, closing };
}

export function isInForce(price: Price, atMs: number): boolean {
  return price.validFromMs <= atMs && (price.validToMs === undefined || atMs < price.validToMs);
}

function sameTerms(present: Price, price: NewPrice): boolean {
  return (
    present.inputPerMillion === price.inputPerMillion &&
    present.cachedInputPerMillion === price.cachedInputPerMillion &&
    present.outputPerMillion === price.outputPerMillion &&
    present.source === price.source &&
    (price.validToMs === undefined || present.validToMs === price.validToMs)
  );
}

function refused(param: string, message: string): Placement {
  return { outcome: 'refused', param, message };
}
