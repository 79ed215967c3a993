import { isPictograph, isPrintableAscii } from '../../text/characters.js';
import type { CheckFinding, ConversationText, TextCheck } from '../text-check.js';

type Entity = 'tag_characters' | 'variation_selectors' | 'bidi_override' | 'zero_width' | 'control_characters';

interface Amount {
  points: number;
  start: number;
  end: number;
}

/** Points at which the score is 0.63. */
const SCALE = 4;
const POINTS: Readonly<Record<Entity, number>> = {
  tag_characters: 1,
  variation_selectors: 1,
  bidi_override: 3,
  zero_width: 0.75,
  control_characters: 1,
};
const STREAM_WINDOW = 120;
const SUSPECT = /\p{Default_Ignorable_Code_Point}|(?![\t\n\v\f\r\x85])\p{Cc}/gu;
const ESCAPE = 0x1b;
const FLAG = /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{3,6}\u{e007f}/gu;
const VISIBLE_WITH_SELECTOR = /[\p{Emoji}\p{Extended_Pictographic}\p{Script=Han}\p{Script=Mongolian}\p{Sm}\p{So}]$/u;
/** In these scripts joiners and direction marks are spelling. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Thai}\p{Script=Lao}\p{Script=Mongolian}\p{Script=Hangul}]/u;

/** Characters that nobody sees, in the amounts that messages are hidden or filters are blinded with. */
export function invisibleTextCheck(): TextCheck {
  return {
    id: 'invisible-text',
    version: '1',
    threshold: 0.5,
    stream: STREAM_WINDOW,
    check: ({ texts }) => texts.flatMap(findInvisible),
  };
}

function findInvisible({ path, text }: ConversationText): CheckFinding[] {
  if (isPrintableAscii(text)) return [];
  const flags = flagSpans(text);
  const amounts = new Map<Entity, Amount>();
  const context = { joining: JOINING.test(text) };
  for (const found of text.matchAll(SUSPECT)) {
    const { index } = found;
    const entity = flags.has(index) ? undefined : entityOf(text, index, found[0], context);
    if (!entity) continue;
    const amount = amounts.get(entity) ?? { points: 0, start: index, end: index };
    amount.points += POINTS[entity];
    amount.end = index + found[0].length;
    amounts.set(entity, amount);
  }
  return [...amounts].map(([entity, { points, start, end }]) => ({
    ...{ path, start, end, score: 1 - Math.exp(-points / SCALE) },
    ...{ category: 'injection' as const, entity, owasp: 'LLM01' },
  }));
}

/** Offsets of the tag characters that spell the flag of a region. */
function flagSpans(text: string): ReadonlySet<number> {
  const offsets = new Set<number>();
  for (const found of text.matchAll(FLAG))
    for (let at = 2; at < found[0].length; at += 2) offsets.add(found.index + at);
  return offsets;
}

/** What an invisible character is there for; undefined = it has a reason. */
function entityOf(text: string, at: number, character: string, context: { joining: boolean }): Entity | undefined {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xe0100 && code < 0xe01f0) return isSelected(text, at) ? undefined : 'variation_selectors';
  if (code >= 0xe0000) return 'tag_characters';
  if (code >= 0xfe00 && code < 0xfe10) return isSelected(text, at) ? undefined : 'variation_selectors';
  if (code === 0x202d || code === 0x202e) return 'bidi_override';
  // Terminal sequences have detectors of their own.
  if (code < 0xa0) return code === ESCAPE ? undefined : 'control_characters';
  if (code === 0xfeff) return at === 0 ? undefined : 'zero_width';
  if (code === 0x200d) return isJoined(text, at) || besideJoining(text, at) ? undefined : 'zero_width';
  if (code === 0x200b || code === 0x200c) return besideJoining(text, at) ? undefined : 'zero_width';
  // A place where a word may break, and signs of direction in a text that has two, are typography unless there are many.
  if (code === 0x00ad) return insideShortSyllable(text, at) ? 'zero_width' : undefined;
  if (context.joining && code < 0x2060) return undefined;
  if (context.joining && code >= 0x2066 && code < 0x206a) return undefined;
  return 'zero_width';
}

/** One selector after a character that has more than one look. */
function isSelected(text: string, at: number): boolean {
  const low = (text.charCodeAt(at - 1) & 0xfc00) === 0xdc00;
  return at > 0 && VISIBLE_WITH_SELECTOR.test(text.slice(at - (low ? 2 : 1), at));
}

function isJoined(text: string, at: number): boolean {
  return at > 0 && isPictograph(text, at - 1) && isPictograph(text, at + 1);
}

function besideJoining(text: string, at: number): boolean {
  return (at > 0 && JOINING.test(text[at - 1]!)) || JOINING.test(text[at + 1] ?? '');
}

/** Hyphenation leaves two letters and more on each side. */
function insideShortSyllable(text: string, at: number): boolean {
  return text[at - 2] === '\u00ad' || text[at + 2] === '\u00ad';
}
