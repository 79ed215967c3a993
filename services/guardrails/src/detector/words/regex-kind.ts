import { WeirError } from '@weir/errors';
import { z } from 'zod';
import type { TextView } from '../../text/text-views.js';
import type { CheckKind } from '../check-kind.js';
import type { CheckFinding, ConversationText, TextCheck } from '../text-check.js';
import type { Span } from '../verdict-words.js';
import { compileLinearRegex, type LinearRegex } from './linear-regex.js';

const MAX_TOTAL = 600;
const MAX_FINDINGS = 100;
/** Texts up to here are searched for every match; a longer one that matches is a finding as a whole. */
const MAX_SEARCHED = 8_192;

const definition = z.strictObject({
  kind: z.literal('regex'),
  /** Regular expressions of RE2's syntax; one of them suffices. */
  regexes: z.array(z.string().min(1).max(1_000)).min(1).max(50),
  ignore_case: z.boolean().default(false),
  /** How many characters of an answer are judged at a time; absent = all of it. */
  stream_chars: z.number().int().min(64).max(65_536).optional(),
});

export type RegexDefinition = z.output<typeof definition>;

/** Regular expressions over whole texts, as they are written and as they are read. */
export const regexKind: CheckKind<RegexDefinition> = {
  kind: 'regex',
  schema: definition,
  compile: (name, { regexes, ignore_case, stream_chars }) => {
    const compiled = regexes.map((source, index) => compileAt(index, source, ignore_case));
    const cost = compiled.reduce((sum, regex) => sum + regex.cost, 0);
    if (cost > MAX_TOTAL) {
      throw new WeirError('invalid_configuration', `regexes: ${cost} instructions together, of at most ${MAX_TOTAL}.`);
    }
    return { kind: 'check', check: regexCheck(name, compiled, stream_chars ?? 'whole') };
  },
};

function compileAt(index: number, source: string, ignoreCase: boolean): LinearRegex {
  try {
    return compileLinearRegex(source, { ignoreCase });
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    throw new WeirError(error.code, `regexes.${index}: ${error.message}`, { cause: error, param: `regexes.${index}` });
  }
}

function regexCheck(id: string, regexes: readonly LinearRegex[], stream: TextCheck['stream']): TextCheck {
  return {
    id,
    version: 'regex-1',
    threshold: 0.5,
    stream,
    check: ({ texts }) =>
      texts.flatMap((text) =>
        placesIn(text, regexes).map((span): CheckFinding => ({
          ...span,
          path: text.path,
          score: 1,
          category: 'custom',
          entity: 'REGEX',
        })),
      ),
  };
}

/** Spans in the original, in order, each once. */
function placesIn({ text, views }: ConversationText, regexes: readonly LinearRegex[]): readonly Span[] {
  const original: TextView = { text, originalSpan: (start, end) => ({ start, end }) };
  const forms = views.canonical.text === text ? [original] : [original, views.canonical];
  const places = new Map<string, Span>();
  for (const regex of regexes) {
    for (const form of forms) {
      for (const span of matches(regex, form, text.length)) places.set(`${span.start}:${span.end}`, span);
    }
  }
  return [...places.values()]
    .sort((one, other) => one.start - other.start || one.end - other.end)
    .slice(0, MAX_FINDINGS);
}

function matches(regex: LinearRegex, form: TextView, whole: number): readonly Span[] {
  if (!regex.test(form.text)) return [];
  const found = form.text.length > MAX_SEARCHED ? [] : regex.spans(form.text, MAX_FINDINGS);
  if (!found.length) return [{ start: 0, end: whole }];
  return found.map(([start, end]) => form.originalSpan(start, end));
}
