import { WeirError } from '@weir/errors';
import { DEFAULT_FORM, type AnswerForm } from '../src/pipeline/inference-request.js';
import { ChoiceRun } from '../src/pipeline/choice-run.js';
import type { VerdictFacts } from '../src/pipeline/request-run.js';
import type { AnswerDelta, GeneratedPart, PlacedToolCall } from '../src/routing/attempt.js';
import type { FilterStep } from '../src/guarding/guardrails.client.js';
import type { FilteredEnd } from '../src/guarding/stream/filtered-text.js';
import { GuardedStream } from '../src/guarding/stream/guarded-stream.js';
import { sampleCandidate, sampleRun, sampleVerdict } from './sample-run.js';

export const verdict = (action: VerdictFacts['action'], message = ''): FilterStep => ({
  kind: 'verdict',
  verdict: { ...sampleVerdict, action, message },
});
export const gone = () => new WeirError('guardrails_unavailable', 'gone');

export type Filter = (texts: AsyncIterable<string>, signal: AbortSignal) => AsyncIterable<FilterStep>;

export async function* passing(texts: AsyncIterable<string>): AsyncGenerator<FilterStep> {
  for await (const text of texts) yield { kind: 'release', text };
  yield verdict('allow');
}

/** Fails after so many characters have been released; the rest of what it was given stays with it. */
export const failingAfter = (characters: number): Filter =>
  async function* (texts) {
    let left = characters;
    for await (const text of texts) {
      if (left > 0) yield { kind: 'release', text: text.slice(0, left) };
      left -= text.length;
      if (left < 0) throw gone();
    }
    throw gone();
  };

export interface Setting {
  texts?: string[];
  parts?: Partial<GeneratedPart>[];
  filter: Filter;
  /** Default: lets thoughts pass. */
  thoughtFilter?: Filter;
  open?: boolean;
  failWith?: WeirError;
  hang?: boolean;
  form?: Partial<AnswerForm>;
  echo?: string;
  checkCall?: (call: PlacedToolCall) => PlacedToolCall | undefined | Promise<PlacedToolCall>;
}

const NOTHING: GeneratedPart = { text: '', reasoning: '', logprobs: [], promptLogprobs: [], toolCalls: [] };

/** Plays parts of an engine through a guarded stream and tells what its client saw. */
export async function play(setting: Setting) {
  const { texts = [], parts = texts.map((text) => ({ text })), failWith, hang, checkCall = (call) => call } = setting;
  const seen = { deltas: [] as AnswerDelta[], stopped: false };
  const stopped = Promise.withResolvers<void>();
  async function* engine() {
    for (const part of parts) yield { ...NOTHING, ...part };
    if (failWith) throw failWith;
    if (hang) await stopped.promise;
  }
  const stop = () => {
    seen.stopped = true;
    stopped.resolve();
  };
  const run = sampleRun({ request: { stream: true, form: { ...DEFAULT_FORM, ...setting.form } } });
  run.attempt(sampleCandidate);
  const stream = new GuardedStream({
    run,
    attempt: { choice: new ChoiceRun(3, 0, 3), parts: engine(), stop },
    sink: { delta: (delta) => void seen.deltas.push(delta) },
    filter: (stage, given, signal) =>
      (stage === 'output' ? setting.filter : (setting.thoughtFilter ?? passing))(given, signal),
    checkCall: async (call) => checkCall(call),
    timeoutMs: 50,
    mayPass: setting.open ? ({ code }) => code === 'guardrails_unavailable' : undefined,
    echo: setting.echo ?? '',
  });
  const end: FilteredEnd | WeirError = await stream.run().catch((error: WeirError) => error);
  const text = seen.deltas.map((delta) => delta.text).join('');
  const reasoning = seen.deltas.map((delta) => delta.reasoning ?? '').join('');
  return { end: end instanceof WeirError ? end.code : end, ...seen, text, reasoning, run };
}
