import { createHash } from 'node:crypto';
import { z } from 'zod';

export type MetricName = 'exact_match' | 'multiple_choice';

export interface ExactMatchItem {
  readonly id: string;
  readonly type: 'exact_match';
  readonly prompt: string;
  readonly answer: string;
  readonly ignoreCase: boolean;
  readonly maxTokens: number | undefined;
}

export interface MultipleChoiceItem {
  readonly id: string;
  readonly type: 'multiple_choice';
  readonly prompt: string;
  readonly choices: readonly string[];
  /** Index of the right choice. */
  readonly answer: number;
  readonly maxTokens: number | undefined;
}

export type SuiteItem = ExactMatchItem | MultipleChoiceItem;

export interface Suite {
  readonly items: readonly SuiteItem[];
  /** Of the text as it was sent. */
  readonly sha256: string;
}

/** What is wrong with one line, counted from 1. Never quotes the line. */
export interface SuiteProblem {
  readonly line: number;
  readonly message: string;
}

export type ParsedSuite =
  { readonly ok: true; readonly suite: Suite } | { readonly ok: false; readonly problems: readonly SuiteProblem[] };

export const MAX_SUITE_BYTES = 5 * 1024 * 1024;
export const MAX_ITEMS = 10_000;
/** Lines whose mistakes are told at once. */
const MOST_PROBLEMS = 10;

const id = z.string().min(1).max(200);
const text = z.string().min(1).max(32_768);
const maxTokens = z.number().int().min(1).max(4096).optional();

const exactMatch = z.strictObject({
  id,
  type: z.literal('exact_match'),
  prompt: text,
  answer: text,
  ignore_case: z.boolean().default(false),
  max_tokens: maxTokens,
});

const multipleChoice = z
  .strictObject({
    id,
    type: z.literal('multiple_choice'),
    prompt: text,
    choices: z.array(text).min(2).max(26),
    answer: z.number().int().min(0),
    max_tokens: maxTokens,
  })
  .refine(({ answer, choices }) => answer < choices.length, {
    path: ['answer'],
    error: 'is not the index of a choice',
  });

const item = z.discriminatedUnion('type', [exactMatch, multipleChoice]);

/** Reads a suite as JSON Lines: one item a line, empty lines are skipped. Every problem names its line. */
export function parseSuite(jsonl: string): ParsedSuite {
  if (Buffer.byteLength(jsonl) > MAX_SUITE_BYTES) return refused(1, `a suite has at most ${MAX_SUITE_BYTES} bytes`);
  const items: SuiteItem[] = [];
  const problems: SuiteProblem[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, content] of jsonl.split('\n').entries()) {
    const line = index + 1;
    if (content.trim() === '') continue;
    if (items.length === MAX_ITEMS) return refused(line, `a suite has at most ${MAX_ITEMS} items`);
    const parsed = parseItem(content);
    const first = typeof parsed === 'string' ? undefined : lineOf.get(parsed.id);
    if (typeof parsed === 'string') problems.push({ line, message: parsed });
    else if (first !== undefined) problems.push({ line, message: `id: is that of line ${first} already` });
    else {
      lineOf.set(parsed.id, line);
      items.push(parsed);
    }
    if (problems.length === MOST_PROBLEMS) break;
  }
  if (problems.length > 0) return { ok: false, problems };
  if (items.length === 0) return refused(1, 'a suite has at least one item');
  return { ok: true, suite: { items, sha256: createHash('sha256').update(jsonl).digest('hex') } };
}

const refused = (line: number, message: string): ParsedSuite => ({ ok: false, problems: [{ line, message }] });

/** The item, or what is wrong. */
function parseItem(line: string): SuiteItem | string {
  const json = parseJson(line);
  if (json === undefined) return 'is not valid JSON';
  const parsed = item.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? '';
    return `${field ? `${field}: ` : ''}${issue?.message ?? 'is not valid'}`;
  }
  const { max_tokens, ...rest } = parsed.data;
  if (rest.type === 'multiple_choice') return { ...rest, maxTokens: max_tokens };
  const { ignore_case, ...others } = rest;
  return { ...others, ignoreCase: ignore_case, maxTokens: max_tokens };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
