import { anyOf, sequence, type Gbnf, type Refuse } from './gbnf.js';
import { lengthOf, parsePattern, PatternError, patternRule, type Anchored } from './pattern.js';
import { countOf, type JsonObject } from './schema-keywords.js';

const HEX = '[0-9a-fA-F]';
// No halves of surrogate pairs: a character is one code point however it is written.
const ESCAPE = `"\\\\" ( ["\\\\/bfnrt] | "u" ( [0-9a-cA-CefEF] ${HEX}{3} | [dD] [0-7] ${HEX}{2} ) )`;
const CHAR = `[^"\\\\\\x00-\\x1f] | ${ESCAPE}`;

interface Format {
  readonly rule: string;
  readonly min: number;
  readonly max: number;
}

const LEAP = '( "0" [48] | [2468] [048] | [13579] [26] )';
const YEAR_DAYS = anyOf([
  '[0-9]{4} "-" ( "0" [13578] | "1" [02] ) "-" ( "0" [1-9] | [12] [0-9] | "3" [01] )',
  '[0-9]{4} "-" ( "0" [469] | "11" ) "-" ( "0" [1-9] | [12] [0-9] | "30" )',
  '[0-9]{4} "-02-" ( "0" [1-9] | "1" [0-9] | "2" [0-8] )',
  `( [0-9]{2} ${LEAP} | ( "00" | ${LEAP} ) "00" ) "-02-29"`,
]);
const HOURS = '( [01] [0-9] | "2" [0-3] )';
const TIME = `${HOURS} ":" [0-5] [0-9] ":" [0-5] [0-9] ( "." [0-9]{1,9} )? ( "Z" | [+-] ${HOURS} ":" [0-5] [0-9] )`;
const OCTET = '( "25" [0-5] | "2" [0-4] [0-9] | "1" [0-9]{2} | [1-9] [0-9] | [0-9] )';
const LABEL = '[a-zA-Z0-9] ( "-"? [a-zA-Z0-9] ){0,30}';

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['date', { rule: YEAR_DAYS, min: 10, max: 10 }],
  ['time', { rule: TIME, min: 9, max: 24 }],
  ['date-time', { rule: `${YEAR_DAYS} "T" ${TIME}`, min: 20, max: 35 }],
  ['uuid', { rule: `${HEX}{8} "-" ( ${HEX}{4} "-" ){3} ${HEX}{12}`, min: 36, max: 36 }],
  [
    'email',
    {
      rule: `[a-zA-Z0-9_+-]{1,32} ( "." [a-zA-Z0-9_+-]{1,15} ){0,2} "@" ${LABEL} ( "." ${LABEL} ){1,3}`,
      min: 5,
      max: 312,
    },
  ],
  ['ipv4', { rule: `${OCTET} ( "." ${OCTET} ){3}`, min: 7, max: 15 }],
  ['uri', { rule: '[a-z] [a-z0-9+.-]{0,15} "://" [a-zA-Z0-9._~:/?#@!$&\'()*+,;=%-]{1,500}', min: 5, max: 519 }],
]);

export function stringRule(gbnf: Gbnf): string {
  return gbnf.rule('string', `"\\"" ${charRule(gbnf)}* "\\""`);
}

/** The strings that a schema allows, with their quotes. */
export function stringRuleOf(schema: JsonObject, gbnf: Gbnf, refuse: Refuse): string {
  const min = countOf(schema, 'minLength', refuse) ?? 0;
  const max = countOf(schema, 'maxLength', refuse);
  if (max !== undefined && max < min) throw refuse('maxLength', 'it is less than "minLength"');
  const contents = contentsOf(schema, gbnf, refuse);
  if (!contents) {
    if (min === 0 && max === undefined) return stringRule(gbnf);
    return sequence(
      '"\\""',
      gbnf.repeat(max === undefined ? 'minLength' : 'maxLength', charRule(gbnf), min, max),
      '"\\""',
    );
  }
  if (contents.min < min) throw refuse('minLength', `it cannot be joined with "${contents.keyword}"`);
  if (max !== undefined && contents.max > max)
    throw refuse('maxLength', `it cannot be joined with "${contents.keyword}"`);
  return sequence('"\\""', contents.rule, '"\\""');
}

type Contents = Format & { readonly keyword: 'pattern' | 'format' };

function contentsOf({ pattern, format }: JsonObject, gbnf: Gbnf, refuse: Refuse): Contents | undefined {
  if (pattern !== undefined && format !== undefined) throw refuse('format', 'it cannot be joined with "pattern"');
  if (format !== undefined) {
    const known = typeof format === 'string' ? FORMATS.get(format) : undefined;
    if (!known) throw refuse('format', `only ${[...FORMATS.keys()].join(', ')} are known`);
    return { ...known, rule: gbnf.rule(String(format), known.rule), keyword: 'format' };
  }
  if (pattern === undefined) return undefined;
  if (typeof pattern !== 'string') throw refuse('pattern', 'it is no text');
  return { ...patternContents(pattern, gbnf, refuse), keyword: 'pattern' };
}

function patternContents(source: string, gbnf: Gbnf, refuse: Refuse): Format {
  try {
    const alternatives = parsePattern(source).map((alternative) => anchoredRule(alternative, gbnf));
    return {
      rule: gbnf.rule('pattern', anyOf(alternatives.map(({ rule }) => rule))),
      min: Math.min(...alternatives.map(({ min }) => min)),
      max: Math.max(...alternatives.map(({ max }) => max)),
    };
  } catch (error) {
    if (error instanceof PatternError) throw refuse('pattern', error.message);
    throw error;
  }
}

function anchoredRule({ pattern, start, end }: Anchored, gbnf: Gbnf): Format {
  const anything = `${charRule(gbnf)}*`;
  const { min, max } = lengthOf(pattern);
  return {
    rule: sequence(start ? '' : anything, patternRule(pattern, gbnf), end ? '' : anything),
    min,
    max: start && end ? (max ?? Infinity) : Infinity,
  };
}

function charRule(gbnf: Gbnf): string {
  return gbnf.rule('char', CHAR);
}
