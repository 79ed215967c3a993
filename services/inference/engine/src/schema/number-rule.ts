import { anyOf, charClass, literal, sequence, type Refuse } from './gbnf.js';
import { numberOf, type JsonObject } from './schema-keywords.js';

/** Digits of a whole number without a bound: what a double keeps. A model cannot loop in them. */
const MOST_DIGITS = 15;
const FREE_INTEGER = `( "0" | "-"? [1-9] [0-9]{0,${MOST_DIGITS}} )`;
/** As many digits as the shortest writing of a double may have. */
export const FREE_NUMBER = '"-"? ( "0" | [1-9] [0-9]{0,20} ) ( "." [0-9]{1,25} )? ( [eE] [-+]? [0-9]{1,3} )?';

interface Bound {
  readonly at: bigint;
  readonly open: boolean;
}

interface Bounds {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
}

/** The numbers that a schema allows. */
export function numberRule(schema: JsonObject, type: 'number' | 'integer', refuse: Refuse): string {
  const step = numberOf(schema, 'multipleOf', refuse);
  if (step !== undefined && !(step === 1 && type === 'integer')) throw refuse('multipleOf', 'only 1 of integers');
  const bounds = type === 'integer' ? integerBounds(schema, refuse) : decimalBounds(schema, refuse);
  const { low, high } = bounds;
  if (!low && !high) return type === 'integer' ? FREE_INTEGER : FREE_NUMBER;
  const belowZero = low && low.at >= 0n ? [] : sideOf(negated(bounds), type);
  const alternatives = [...belowZero.map((text) => sequence('"-"', text)), ...sideOf(bounds, type)];
  if (alternatives.length === 0)
    throw refuse('minimum' in schema ? 'minimum' : 'maximum', 'no number is inside the bounds');
  return anyOf(alternatives);
}

function negated({ low, high }: Bounds): Bounds {
  const turned = (bound: Bound | undefined) => bound && { ...bound, at: -bound.at };
  return { low: turned(high), high: turned(low) };
}

// The numbers from zero on that are inside of the bounds, without a sign.
function sideOf({ low, high }: Bounds, type: 'number' | 'integer'): string[] {
  if (high && (high.at < 0n || (high.at === 0n && high.open))) return [];
  const from = low && low.at >= 0n ? low : { at: 0n, open: false };
  const to = high ?? { at: 10n ** BigInt(Math.max(MOST_DIGITS, from.at.toString().length)) - 1n, open: false };
  if (from.at > to.at) return [];
  return type === 'integer' ? integers(from.at, to.at) : decimals(from, to);
}

function decimals(from: Bound, to: Bound): string[] {
  if (from.at === to.at) return from.open || to.open ? [] : [wholeOnly(from.at)];
  // More digits than a double keeps could round onto an excluded bound.
  const digits = Math.max(1, MOST_DIGITS - to.at.toString().length);
  const fraction = `( "." [0-9]{1,${digits}} )?`;
  const wholes = integers(from.open ? from.at + 1n : from.at, to.at - 1n);
  return [
    ...(from.open ? [sequence(literal(from.at.toString()), '"."', `[0-9]{0,${digits - 1}}`, '[1-9]')] : []),
    ...(wholes.length > 0 ? [sequence(anyOf(wholes), fraction)] : []),
    ...(to.open ? [] : [wholeOnly(to.at)]),
  ];
}

function wholeOnly(value: bigint): string {
  return sequence(literal(value.toString()), '( "." "0"{1,8} )?');
}

/** Alternatives for all whole numbers from `from` to `to`, both inside. */
function integers(from: bigint, to: bigint): string[] {
  const alternatives: string[] = [];
  for (let length = from.toString().length; length <= to.toString().length; length++) {
    const least = length === 1 ? 0n : 10n ** BigInt(length - 1);
    const most = 10n ** BigInt(length) - 1n;
    const [low, high] = [from > least ? from : least, to < most ? to : most];
    if (low <= high) alternatives.push(sameLength(low.toString(), high.toString()));
  }
  return alternatives;
}

function sameLength(low: string, high: string): string {
  if (low === high) return literal(low);
  if (low.length === 1) return digitClass(Number(low), Number(high));
  if (/^0+$/.test(low) && /^9+$/.test(high)) return `[0-9]{${low.length}}`;
  const [first, last] = [Number(low[0]), Number(high[0])];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (first === last) return sequence(literal(low[0]!), sameLength(lowRest, highRest));
  const alternatives: string[] = [];
  const [openLow, openHigh] = [/^0+$/.test(lowRest), /^9+$/.test(highRest)];
  if (!openLow) alternatives.push(sequence(literal(low[0]!), sameLength(lowRest, '9'.repeat(lowRest.length))));
  const [from, to] = [openLow ? first : first + 1, openHigh ? last : last - 1];
  if (from <= to) alternatives.push(sequence(digitClass(from, to), `[0-9]{${lowRest.length}}`));
  if (!openHigh) alternatives.push(sequence(literal(high[0]!), sameLength('0'.repeat(highRest.length), highRest)));
  return anyOf(alternatives);
}

function digitClass(from: number, to: number): string {
  return charClass([[0x30 + from, 0x30 + to]]);
}

function integerBounds(schema: JsonObject, refuse: Refuse): Bounds {
  const lows = [
    ceiling(numberOf(schema, 'minimum', refuse)),
    ceiling(numberOf(schema, 'exclusiveMinimum', refuse), 'above'),
    ...(schema['format'] === 'int32' ? [-2_147_483_648n] : []),
  ];
  const highs = [
    ceiling(negative(numberOf(schema, 'maximum', refuse))),
    ceiling(negative(numberOf(schema, 'exclusiveMaximum', refuse)), 'above'),
    ...(schema['format'] === 'int32' ? [-2_147_483_647n] : []),
  ];
  const [low, high] = [highest(lows), highest(highs)];
  return {
    low: low === undefined ? undefined : { at: low, open: false },
    high: high === undefined ? undefined : { at: -high, open: false },
  };
}

function decimalBounds(schema: JsonObject, refuse: Refuse): Bounds {
  const bound = (keyword: string, open: boolean): Bound | undefined => {
    const value = numberOf(schema, keyword, refuse);
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value)) throw refuse(keyword, 'bounds of numbers must be whole');
    return { at: BigInt(value), open };
  };
  const [atLeast, above] = [bound('minimum', false), bound('exclusiveMinimum', true)];
  const [atMost, below] = [bound('maximum', false), bound('exclusiveMaximum', true)];
  return {
    low: !atLeast || (above && above.at >= atLeast.at) ? above : atLeast,
    high: !atMost || (below && below.at <= atMost.at) ? below : atMost,
  };
}

// The least whole number that is at least, or above, this one.
function ceiling(value: number | undefined, above?: 'above'): bigint | undefined {
  if (value === undefined) return undefined;
  const whole = BigInt(Math.ceil(value));
  return above && Number.isInteger(value) ? whole + 1n : whole;
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function highest(values: readonly (bigint | undefined)[]): bigint | undefined {
  return values.reduce(
    (most, value) => (most === undefined || (value !== undefined && value > most) ? value : most),
    undefined,
  );
}
