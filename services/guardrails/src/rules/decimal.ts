import type { FactValue } from './rule-set.js';

/** `units` times ten to the power of minus `scale`, exactly. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d{1,60})(?:\.(\d{1,60}))?$/;
const EXPONENT = /^(-?\d+)(?:\.(\d+))?e([+-]\d+)$/;

/**
 * The number that a fact stands for; undefined if it stands for none. A text is read digit by digit. A number is read as
 * the shortest decimal that stands for it, which is how it was written as long as it had at most 15 digits.
 */
export function decimalOf(value: FactValue): Decimal | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
  const text = String(value);
  const plain = DECIMAL.exec(text);
  if (plain) return decimal(`${plain[1]!.replace('+', '')}${plain[2]}`, plain[3] ?? '', 0);
  if (typeof value !== 'number') return undefined;
  const scientific = EXPONENT.exec(text);
  return scientific ? decimal(scientific[1]!, scientific[2] ?? '', Number(scientific[3])) : undefined;
}

function decimal(whole: string, fraction: string, exponent: number): Decimal {
  const units = BigInt(whole + fraction);
  const scale = fraction.length - exponent;
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** Negative, zero or positive as the first one is less than, equal to or greater than the other one. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const scale = Math.max(one.scale, other.scale);
  const left = one.units * 10n ** BigInt(scale - one.scale);
  const right = other.units * 10n ** BigInt(scale - other.scale);
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
