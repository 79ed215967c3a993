import { francAll } from 'franc';
import { z } from 'zod';
import type { CheckKind } from '../check-kind.js';
import { MappedText } from '../../text/mapped-text.js';
import type { TextView } from '../../text/text-views.js';
import type { CheckFinding, ConversationText } from '../text-check.js';
import type { Span } from '../verdict-words.js';
import { francCodes, knownLanguages } from './language-codes.js';
import { withoutRepeats } from './without-repeats.js';

const WINDOW = 1_000;
/** Longer texts are read in so many places. */
const MAX_WINDOWS = 16;
const THRESHOLD = 0.5;
/**
 * Distance between the best language and the best allowed one, times characters: on English texts of 40 characters and
 * more it is above 18 in one of a hundred when English is allowed, and below in one of five when only others are.
 */
const EVEN_EVIDENCE = 18;
const EVIDENCE_PER_STEP = 5;

const schema = z.strictObject({
  kind: z.literal('language'),
  /** ISO 639-1 (`en`) or ISO 639-3 (`eng`). */
  allowed: z
    .array(z.string().refine((code) => francCodes(code).length > 0, 'is not a language that can be told apart'))
    .min(1)
    .max(100),
  /** Shorter texts are not judged. */
  min_chars: z.number().int().min(20).max(10_000).default(40),
});

export type LanguageDefinition = z.output<typeof schema>;

/** Texts in other languages than the allowed ones. */
export const languageKind: CheckKind<LanguageDefinition> = {
  kind: 'language',
  schema,
  compile(name, { allowed, min_chars: minCharacters }) {
    const codes = new Set(allowed.flatMap(francCodes));
    return {
      kind: 'check',
      check: {
        id: name,
        version: '2',
        threshold: THRESHOLD,
        stream: Math.max(WINDOW / 2, minCharacters),
        check: ({ texts }) => texts.flatMap((text) => foreignParts(text, codes, minCharacters)),
      },
    };
  },
};

interface ForeignPart extends Span {
  readonly language: string;
  readonly evidence: number;
}

/** The part that is most surely in another language; also where each sentence stands once, as repetitions hide the rest. */
function foreignParts(text: ConversationText, allowed: ReadonlySet<string>, minCharacters: number): CheckFinding[] {
  const whole = new MappedText(text.text, undefined);
  const once = withoutRepeats(whole);
  const views = once.text.length < whole.text.length ? [whole, once] : [whole];
  const best = views
    .flatMap((view) => foreignPart(view, allowed, minCharacters) ?? [])
    .reduce<ForeignPart | undefined>((most, part) => (most && most.evidence >= part.evidence ? most : part), undefined);
  if (!best) return [];
  const { start, end, language: entity, evidence } = best;
  const score = 1 / (1 + Math.exp((EVEN_EVIDENCE - evidence) / EVIDENCE_PER_STEP));
  return [{ path: text.path, start, end, score, category: 'custom', entity }];
}

function foreignPart(view: TextView, allowed: ReadonlySet<string>, minCharacters: number): ForeignPart | undefined {
  const { length } = view.text;
  let best: ForeignPart | undefined;
  for (const start of windowStarts(length)) {
    const end = Math.min(length, start + WINDOW);
    // What is repeated would count as often as it stands there, and the distances of all languages shrink with the counts.
    const part = withoutRepeats(new MappedText(view.text.slice(start, end), undefined)).text;
    const found = foreign(part, allowed, minCharacters);
    if (found && found.evidence > (best?.evidence ?? 0)) best = { ...view.originalSpan(start, end), ...found };
  }
  return best;
}

function windowStarts(length: number): number[] {
  const wanted = Math.max(1, Math.ceil(length / WINDOW));
  const count = Math.min(wanted, MAX_WINDOWS);
  const last = Math.max(0, length - WINDOW);
  return Array.from({ length: count }, (_, at) => (count === 1 ? 0 : Math.round((last * at) / (count - 1))));
}

function foreign(text: string, allowed: ReadonlySet<string>, minCharacters: number) {
  const letters = text.replace(/[^\p{L}\p{M}\s]+/gu, ' ').trim();
  // A character of Chinese, Japanese or Korean says as much as several letters.
  const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letters) ? 4 : 1;
  if (letters.length * dense < minCharacters) return undefined;
  const ranked = francAll(letters, { only: [...knownLanguages], minLength: 1 });
  const language = ranked[0]?.[0] ?? 'und';
  if (language === 'und') return undefined;
  const nearest = ranked.find(([code]) => allowed.has(code))?.[1] ?? 0;
  return { language, evidence: (1 - nearest) * letters.length * dense };
}
