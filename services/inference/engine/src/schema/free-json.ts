import { type Gbnf } from './gbnf.js';
import { FREE_NUMBER } from './number-rule.js';
import { stringRule } from './string-rule.js';

/** How deep JSON without a schema may be nested: a model that only opens brackets has to end. */
const MOST_DEPTH = 12;

/** Space between tokens of JSON. Bounded, or a model may write nothing else. */
export function spaceRule(gbnf: Gbnf): string {
  return gbnf.rule('space', '( " " | "\\n" [ \\t]{0,20} )?');
}

/** Any JSON value. */
export function freeValue(gbnf: Gbnf, depth = MOST_DEPTH): string {
  const scalar = gbnf.rule('scalar', `${stringRule(gbnf)} | ${FREE_NUMBER} | "true" | "false" | "null"`);
  if (depth === 0) return scalar;
  return gbnf.rule(`any-${depth}`, `${scalar} | ${freeObject(gbnf, depth)} | ${freeArray(gbnf, depth)}`);
}

/** Any JSON object. */
export function freeObject(gbnf: Gbnf, depth = MOST_DEPTH): string {
  const space = spaceRule(gbnf);
  const member = gbnf.rule(`member-${depth}`, `${stringRule(gbnf)} ":" ${space} ${freeValue(gbnf, depth - 1)}`);
  return gbnf.rule(`object-${depth}`, `"{" ${space} ( ${member} ( "," ${space} ${member} )* ${space} )? "}"`);
}

/** Any JSON array. */
export function freeArray(gbnf: Gbnf, depth = MOST_DEPTH): string {
  const space = spaceRule(gbnf);
  const value = freeValue(gbnf, depth - 1);
  return gbnf.rule(`array-${depth}`, `"[" ${space} ( ${value} ( "," ${space} ${value} )* ${space} )? "]"`);
}
