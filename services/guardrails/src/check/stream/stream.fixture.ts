import { guardrailsV1 } from '@weir/contracts';
import type { Stage } from '../../detector/verdict-words.js';
import type { CheckRunner } from '../../external/check-runner.service.js';
import type { CompiledPolicy } from '../../policy/policy.js';
import { wireStage } from '../stages.js';
import { fakeRunner, SALT } from '../test/verdicts.fixture.js';
import { StreamSession, type StreamOptions } from './stream-session.js';

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
  return new StreamSession({ open, runner, maxTextChars, salt: SALT, random: () => 0.5, monotonic: () => time++ });
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
