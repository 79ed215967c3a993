import { formatUsd, parseUsd, PICO_PER_USD } from '@weir/contracts';

export const DIMENSIONS = ['requests', 'tokens', 'money'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** One amount per dimension: requests and tokens are counts, money is pico-USD. */
export type Quantities = Readonly<Record<Dimension, bigint>>;

/** Granted in a dimension that no limit covers. */
export const UNLIMITED = -1n;

export const NOTHING: Quantities = { requests: 0n, tokens: 0n, money: 0n };

/** Builds quantities dimension by dimension. */
export function eachDimension(amountOf: (dimension: Dimension) => bigint): Quantities {
  return { requests: amountOf('requests'), tokens: amountOf('tokens'), money: amountOf('money') };
}

/** Text of a NUMERIC(38,12) column: whole numbers for counts, USD for money. */
export function toNumeric(dimension: Dimension, quantity: bigint): string {
  return dimension === 'money' ? formatUsd(quantity) : quantity.toString();
}

/** Reads a NUMERIC(38,12) column. Undefined when it is no decimal, or a fraction of a request or token. */
export function fromNumeric(dimension: Dimension, text: string): bigint | undefined {
  const scaled = parseUsd(text);
  if (scaled === undefined || dimension === 'money') return scaled;
  return scaled % PICO_PER_USD === 0n ? scaled / PICO_PER_USD : undefined;
}

const PICO_PER_MICRO = 1_000_000n;

/** For header fields that are integers: counts as they are, money in whole micro-USD, rounded down. */
export function toHeaderNumber(dimension: Dimension, quantity: bigint): number {
  return Number(dimension === 'money' ? quantity / PICO_PER_MICRO : quantity);
}

export const smallest = (first: bigint, ...rest: readonly bigint[]): bigint =>
  rest.reduce((least, value) => (value < least ? value : least), first);

export const largest = (first: bigint, ...rest: readonly bigint[]): bigint =>
  rest.reduce((most, value) => (value > most ? value : most), first);
