import { guardrailsV1 } from '@weir/contracts';
import type { Stage } from '../../detector/verdict-words.js';
import type { CheckRunner } from '../../external/check-runner.service.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import { wireStage } from '../stages.js';
import { fakeRunner, serviceOf } from '../test/verdicts.fixture.js';
import { StreamSession, type StreamOptions } from './stream-session.js';
import type { TextJudge } from './stream-text.js';

export interface Piece {
  readonly text: string;
  readonly choice?: number;
  readonly stage?: Stage;
}

export function chunkOf({ text, choice = 0, stage }: Piece): guardrailsV1.FilterChunk {
  return guardrailsV1.FilterChunk.fromPartial({ text, choiceIndex: choice, ...(stage && { stage: wireStage(stage) }) });
}

export function sessionOf(
  policy: CompiledPolicy,
  runner: CheckRunner = fakeRunner().runner,
  more: Partial<StreamOptions['open']> = {},
  maxTextChars = 100_000,
  checks: TextJudge = serviceOf(runner),
): StreamSession {
  let time = 0;
  const open: StreamOptions['open'] = {
    policy,
    stage: 'output',
    context: [],
    facts: new Map(),
    state: undefined,
    subject: guardrailsV1.Subject.fromPartial({}),
    signal: new AbortController().signal,
    principal: undefined,
    ...more,
  };
  return new StreamSession({ open, runner, checks, maxTextChars, random: () => 0.5, monotonic: () => time++ });
}

/** What came out, by choice and stage, in the order of their names. */
export async function streamed(session: StreamSession, pieces: readonly Piece[]): Promise<Record<string, string>> {
  const texts = new Map<string, string>();
  const add = (key: string, text: string) => texts.set(key, (texts.get(key) ?? '') + text);
  for (const piece of pieces) {
    const { choiceIndex, stage, text } = chunkOf({ stage: 'output', ...piece });
    add(`${choiceIndex} ${stage}`, await session.push(chunkOf({ ...piece, text })));
    if (session.blocked) break;
  }
  for (const { choiceIndex, stage, text } of await session.end()) add(`${choiceIndex} ${stage}`, text);
  return Object.fromEntries([...texts].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A text in pieces that end at these places. */
export function cutAt(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((one, other) => one - other);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}

/** One text through a session that is its own: what came out before its end, altogether, and what is said of it. */
export async function alone(session: StreamSession, pieces: readonly string[]) {
  let before = '';
  for (const text of pieces) {
    before += await session.push(chunkOf({ text }));
    if (session.blocked) break;
  }
  const released = before + (await session.end()).map(({ text }) => text).join('');
  const { action, trace, message, findings } = session.verdict();
  return { before, released, action, trace, message, findings };
}
