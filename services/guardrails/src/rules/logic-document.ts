import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { boundValue } from '../detector/format/json-text.js';

const MAX_RULES = 200;
const MAX_CONDITIONS = 500;
/** Beyond it the reader of conditions would be nested too deeply itself. */
const MAX_NESTING = 40;

const factName = z.string().regex(/^\S{1,200}$/, 'is no name of a fact');
const literal = z.union([
  z.string().max(1_000),
  z.boolean(),
  z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), 'write large numbers as text'),
]);
const number = z.union([
  z.number().refine((value) => !Number.isInteger(value) || Number.isSafeInteger(value), 'write large numbers as text'),
  z.string().regex(/^[+-]?\d{1,60}(?:\.\d{1,60})?$/, 'is no decimal number'),
]);

const fact = { fact: factName };
/** Instead of a literal: the name of another fact. */
const other = { value_of: factName };
const equality = z.enum(['eq', 'ne']);
const order = z.enum(['lt', 'le', 'gt', 'ge']);

const comparison = z.union([
  z.strictObject({ ...fact, op: equality, value: literal }),
  z.strictObject({ ...fact, op: order, value: number }),
  z.strictObject({ ...fact, op: z.union([equality, order]), ...other }),
  z.strictObject({ ...fact, op: z.literal('in'), value: z.array(literal).min(1).max(200) }),
  z.strictObject({ ...fact, op: z.literal('contains'), value: z.string().min(1).max(1_000) }),
  z.strictObject({ ...fact, op: z.literal('contains'), ...other }),
  z.strictObject({ ...fact, op: z.literal('matches'), value: z.string().min(1).max(1_000) }),
  z.strictObject({ ...fact, op: z.literal('is'), value: z.enum(['string', 'number', 'boolean']) }),
  z.strictObject({ ...fact, op: z.literal('exists') }),
]);

export type Comparison = z.output<typeof comparison>;
export type ConditionDocument =
  | Comparison
  | { readonly all: readonly ConditionDocument[] }
  | { readonly any: readonly ConditionDocument[] }
  | { readonly not: ConditionDocument };

const condition: z.ZodType<ConditionDocument> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(condition).min(1).max(100) }),
    z.strictObject({ any: z.array(condition).min(1).max(100) }),
    z.strictObject({ not: condition }),
    comparison,
  ]),
);

/** By this name: an object with a member `then` written out looks like a promise to tools. */
const THEN = String('then') as 'then';

const rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/),
  /** Higher ones first; equal ones in the order of the document. */
  salience: z.number().int().min(-1_000_000).max(1_000_000).default(0),
  when: condition,
  [THEN]: z
    .strictObject({
      action: z.enum(['allow', 'flag', 'downgrade', 'require_approval', 'block']).optional(),
      message: z.string().max(1_000).default(''),
      set: z.record(factName, literal).default({}),
    })
    .refine(({ action, set }) => action !== undefined || Object.keys(set).length > 0, 'concludes nothing'),
});

const extract = z.strictObject({
  /** Alias of the model that finds the facts. */
  model: z.string().min(1).max(256),
  instructions: z.string().min(1).max(8_000),
  /** JSON Schema of an object with scalar properties; they become the facts `extracted.<property>`. */
  schema: z.record(z.string(), z.unknown()),
  deadline_ms: z.number().int().min(1).max(60_000).default(5_000),
  on_error: z.enum(['closed', 'open']).default('closed'),
});

const logic = z.strictObject({
  extract: extract.optional(),
  rules: z.array(rule).max(MAX_RULES),
});

export type LogicDocument = z.output<typeof logic>;
export type RuleDocument = z.output<typeof rule>;
export type ExtractDocument = z.output<typeof extract>;

/** @throws WeirError `invalid_configuration` naming the place. */
export function readLogic(input: unknown): LogicDocument {
  boundValue(input, { depth: MAX_NESTING, parts: 20_000 }, 'logic');
  const parsed = logic.safeParse(input);
  if (!parsed.success) throw invalidLogic(placeOf(parsed.error.issues[0]));
  const { rules } = parsed.data;
  const conditions = rules.reduce((sum, { when }) => sum + countOf(when), 0);
  if (conditions > MAX_CONDITIONS) throw invalidLogic(`${conditions} conditions, of at most ${MAX_CONDITIONS}`);
  const ids = new Set<string>();
  for (const { id } of rules) {
    if (ids.has(id)) throw invalidLogic(`two rules are named ${JSON.stringify(id)}`);
    ids.add(id);
  }
  return parsed.data;
}

export function invalidLogic(what: string, cause?: unknown): WeirError {
  return new WeirError('invalid_configuration', `Logic: ${what}.`, { cause, param: 'logic' });
}

/** The comparisons in a condition. */
export function comparisonsIn(condition: ConditionDocument): readonly Comparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsIn);
  if ('any' in condition) return condition.any.flatMap(comparisonsIn);
  if ('not' in condition) return comparisonsIn(condition.not);
  return [condition];
}

function countOf(condition: ConditionDocument): number {
  return comparisonsIn(condition).length;
}

/** Of the ways in which a condition could be read, the one that came furthest says what is wrong. */
function placeOf(issue: z.core.$ZodIssue | undefined): string {
  const path: PropertyKey[] = [];
  let deepest = issue;
  while (deepest) {
    path.push(...deepest.path);
    if (deepest.code !== 'invalid_union') break;
    const options: readonly (readonly z.core.$ZodIssue[])[] = deepest.errors;
    const reached = options
      .map((issues) => issues[0])
      .filter((each) => each !== undefined)
      .sort((one, other) => depthOf(other) - depthOf(one))[0];
    if (!reached) break;
    deepest = reached;
  }
  return `${path.map(String).join('.')}: ${deepest?.message ?? 'is not valid'}`;
}

function depthOf(issue: z.core.$ZodIssue): number {
  return issue.path.length + (issue.code === 'unrecognized_keys' ? -1 : 0);
}
