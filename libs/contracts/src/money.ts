/**
 * Money as integer pico-USD (1e-12 USD). Decimal strings are for wires, `bigint` is for sums; no float ever holds money.
 */
export type PicoUsd = bigint;

export const PICO_PER_USD = 1_000_000_000_000n;

const DECIMAL = /^(-?)(\d{1,26})(?:\.(\d{1,12}))?$/;

/** Reads a decimal string in USD with at most 12 fraction digits. Returns undefined for anything else. */
export function parseUsd(text: string): PicoUsd | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '0', fraction = ''] = match;
  const value = BigInt(whole) * PICO_PER_USD + BigInt(fraction.padEnd(12, '0'));
  return sign ? -value : value;
}

/** Writes pico-USD as a decimal string in USD without trailing zeros; zero is "0". */
export function formatUsd(value: PicoUsd): string {
  const magnitude = value < 0n ? -value : value;
  const fraction = (magnitude % PICO_PER_USD).toString().padStart(12, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${magnitude / PICO_PER_USD}${fraction && `.${fraction}`}`;
}

/** Prices in pico-USD per one million tokens. */
export interface TokenPrice {
  readonly inputPerMillion: PicoUsd;
  readonly cachedInputPerMillion: PicoUsd;
  readonly outputPerMillion: PicoUsd;
}

export interface TokenUse {
  readonly inputTokens: number;
  /** Part of inputTokens. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

const MILLION = 1_000_000n;

/** Cost of a request, rounded up to the next pico-USD once, over the whole sum. */
export function costOf(price: TokenPrice, use: TokenUse): PicoUsd {
  const total =
    BigInt(use.inputTokens - use.cachedInputTokens) * price.inputPerMillion +
    BigInt(use.cachedInputTokens) * price.cachedInputPerMillion +
    BigInt(use.outputTokens) * price.outputPerMillion;
  return (total + MILLION - 1n) / MILLION;
}
