import { WeirError } from '@weir/errors';
import type { CheckInput, ConversationText } from '../../detector/text-check.js';
import type { Span } from '../../detector/verdict-words.js';
import { turnsOf } from '../conversation-around.js';
import type { Speaker, Turn } from './judge-format.js';

const WINDOW_CHARS = 8_000;
const OVERLAP_CHARS = 500;
const HISTORY_CHARS = 8_000;
const MOST_PIECES = 32;
const BETWEEN = '\n\n';

/** Where a part of a piece came from. */
export interface PiecePart extends Span {
  readonly path: string;
}

/** What one question to a judge is about. */
export interface Piece {
  readonly before: readonly Turn[];
  readonly judged: Turn;
  readonly parts: readonly PiecePart[];
}

/** `input`: only what came to the model; `output`: only what it wrote. */
export type JudgedSide = 'input' | 'output' | undefined;

export function judgedTexts({ texts }: CheckInput, side: JudgedSide): readonly ConversationText[] {
  const wanted = (speaker: Speaker) => side === undefined || (side === 'output') === (speaker === 'assistant');
  return texts.filter((text) => text.text.trim() !== '' && wanted(speakerOf(text)));
}

/**
 * Everything that is to be judged, in as few questions as its length allows: the last text after the turns before it, the
 * earlier ones together, by speaker. Long texts come in windows that overlap.
 * @throws WeirError `payload_too_large` when there is too much of it
 */
export function piecesOf(input: CheckInput, side: JudgedSide): Piece[] {
  const texts = judgedTexts(input, side);
  const last = texts.at(-1);
  if (!last) return [];
  const earlier = texts.slice(0, -1);
  const before = historyBefore(last, input);
  const pieces = [
    ...(['user', 'assistant'] as const).flatMap((speaker) =>
      packed(
        speaker,
        earlier.filter((text) => speakerOf(text) === speaker),
      ),
    ),
    ...windowsOf(last).map((part) => pieceOf(speakerOf(last), [part], before)),
  ];
  if (pieces.length > MOST_PIECES) {
    throw new WeirError('payload_too_large', `A judge is asked at most ${MOST_PIECES} questions about one request.`);
  }
  return pieces;
}

/** Models and what is not their words: everybody else counts as user. */
function speakerOf({ role, stage }: ConversationText): Speaker {
  return role === 'assistant' || stage === 'output' || stage === 'reasoning' ? 'assistant' : 'user';
}

interface Part extends PiecePart {
  readonly text: string;
}

function pieceOf(speaker: Speaker, parts: readonly Part[], before: readonly Turn[]): Piece {
  return {
    before,
    judged: { speaker, text: parts.map(({ text }) => text).join(BETWEEN) },
    parts: parts.map(({ path, start, end }) => ({ path, start, end })),
  };
}

/** Short texts share a piece. */
function packed(speaker: Speaker, texts: readonly ConversationText[]): Piece[] {
  const groups: Part[][] = [];
  let room = 0;
  for (const part of texts.flatMap(windowsOf)) {
    const size = part.text.length + BETWEEN.length;
    const open = groups.at(-1);
    if (open && size <= room) open.push(part);
    else {
      groups.push([part]);
      room = WINDOW_CHARS;
    }
    room -= size;
  }
  return groups.map((parts) => pieceOf(speaker, parts, []));
}

function windowsOf({ path, text }: ConversationText): Part[] {
  const parts: Part[] = [];
  let start = 0;
  for (;;) {
    const end = onBoundary(text, Math.min(text.length, start + WINDOW_CHARS));
    parts.push({ path, start, end, text: text.slice(start, end) });
    if (end >= text.length) return parts;
    start = onBoundary(text, end - OVERLAP_CHARS);
  }
}

/** Not between the halves of a surrogate pair. */
function onBoundary(text: string, at: number): number {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) ? at - 1 : at;
}

/** What was said before, as much of its end as there is room for. System prompts are the application's own. */
function historyBefore(last: ConversationText, input: CheckInput): readonly Turn[] {
  const turns = turnsOf(input);
  const place = turns.indexOf(last);
  const earlier = (place < 0 ? turns : turns.slice(0, place)).filter(
    ({ role }) => role !== 'system' && role !== 'developer',
  );
  const history: Turn[] = [];
  let room = HISTORY_CHARS;
  for (const text of earlier.toReversed()) {
    if (room <= 0) break;
    const kept = text.text.slice(onBoundary(text.text, Math.max(0, text.text.length - room)));
    room -= kept.length;
    history.unshift({ speaker: speakerOf(text), text: kept });
  }
  return history;
}
