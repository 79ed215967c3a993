import { WeirError } from '@weir/errors';
import { z } from 'zod';
import type { CheckFinding, ConversationText } from '../../detector/text-check.js';
import type { Span } from '../../detector/verdict-words.js';
import type { FmsDefinition } from './fms-definition.js';
import type { FmsRequest } from './fms-requests.js';

const LONGEST_NAME = 64;

const evidence = z.array(z.looseObject({ name: z.string() })).nullish();
const judgement = z.looseObject({
  detection: z.string(),
  detection_type: z.string(),
  score: z.number().min(0).max(1),
  // The specification says `evidence`, some servers and examples say `evidences`.
  evidence,
  evidences: evidence,
  metadata: z.looseObject({}).nullish(),
});
const found = judgement.extend({
  start: z.number().int().min(0),
  end: z.number().int().min(0),
  text: z.string().nullish(),
});
const contentsAnswer = z.array(z.array(found));
const wholeAnswer = z.array(judgement);

type Judgement = z.output<typeof judgement>;
type Meaning = Pick<FmsDefinition, 'high_score_is' | 'category' | 'hazard' | 'owasp'>;

/**
 * What a detector's answer says. Spans of the API count code points; those that come out count UTF-16 code units.
 * @throws WeirError `upstream_error` for an answer that is not what the API promises
 */
export function findingsIn(answer: unknown, { path, texts }: FmsRequest, meaning: Meaning): CheckFinding[] {
  if (!path.endsWith('/contents')) {
    const [text] = texts;
    const list = read(wholeAnswer, answer);
    return text ? list.map((one) => findingOf(one, text, { start: 0, end: text.text.length }, meaning)) : [];
  }
  const lists = read(contentsAnswer, answer);
  if (lists.length !== texts.length) throw garbage(`${lists.length} lists for ${texts.length} texts`);
  return texts.flatMap((text, index) => {
    const list = lists[index] ?? [];
    const spanOf = spansIn(text.text);
    return list.map((one) => findingOf(one, text, spanOf(one), meaning));
  });
}

function read<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw garbage(`something wrong at ${issue?.path.join('.') || 'its top'}`);
}

function findingOf(one: Judgement, { path }: ConversationText, span: Span, meaning: Meaning): CheckFinding {
  const { high_score_is, category, hazard, owasp } = meaning;
  return {
    path,
    ...span,
    score: high_score_is === 'unsafe' ? one.score : 1 - one.score,
    category,
    entity: entityOf(one),
    ...(hazard ? { hazard } : {}),
    ...(owasp ? { owasp } : {}),
  };
}

/** Names go into events: what does not look like one could be a part of the text. */
function entityOf({ detection, detection_type: type }: Judgement): string {
  const names = [type, detection].filter((name) => name.length <= LONGEST_NAME && /^[A-Za-z][\w .:-]*$/.test(name));
  return [...new Set(names)].join('/') || 'custom';
}

interface Told {
  readonly start: number;
  readonly end: number;
  readonly text?: string | null | undefined;
}

function spansIn(text: string): (told: Told) => Span {
  const offsets = offsetsOf(text);
  return ({ start, end, text: value }) => {
    if (start > end || end >= offsets.length) {
      // Some servers count UTF-16 code units; their own copy of the value proves it.
      if (value && start < end && text.slice(start, end) === value) return { start, end };
      throw garbage('a span outside of its text');
    }
    const span = { start: offsets[start] ?? 0, end: offsets[end] ?? 0 };
    const agrees = !value || text.slice(span.start, span.end) === value || text.slice(start, end) !== value;
    return agrees ? span : { start, end };
  };
}

/** Where each code point begins, and the end. */
function offsetsOf(text: string): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const character of text) {
    offsets.push(at);
    at += character.length;
  }
  return [...offsets, at];
}

function garbage(what: string): WeirError {
  return new WeirError('upstream_error', `The detector answered with ${what}.`);
}
