import { guardrailsV1 } from '@weir/contracts';
import { startConstellation } from '@weir/tools';
import { setTimeout as wait } from 'node:timers/promises';
import { percentile } from '../load/statistics.ts';

export interface StreamDelay {
  readonly policy: string;
  readonly streams: number;
  readonly tokens: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Weir = Awaited<ReturnType<typeof startConstellation>>;
type Step = { step: guardrailsV1.FilterStreamRequest['step'] };

const TOKENS = 120;
const GAP_MS = 25;

/** The time from a token's way into the guard to its way out, at so many streams of 40 tokens a second each. */
export async function streamDelay(weir: Weir, policy: string, streams: number): Promise<StreamDelay> {
  const samples = (await Promise.all(Array.from({ length: streams }, (_, index) => one(weir, policy, index)))).flat();
  return {
    policy,
    streams,
    tokens: samples.length,
    p50Ms: percentile(samples, 0.5),
    p99Ms: percentile(samples, 0.99),
  };
}

async function one(weir: Weir, policy: string, index: number): Promise<number[]> {
  const sentAt = new Map<number, number>();
  const samples: number[] = [];
  async function* steps(): AsyncGenerator<Step> {
    const subject = { requestId: `bench-${index}`, model: 'bench' } as guardrailsV1.Subject;
    const stage = guardrailsV1.Stage.STAGE_OUTPUT;
    yield { step: { $case: 'open', value: guardrailsV1.FilterOpen.fromPartial({ policy, stage, subject }) } };
    await wait((index * GAP_MS) / 50);
    let sent = 0;
    for (let token = 0; token < TOKENS; token++) {
      const text = `${WORDS[token % WORDS.length]} `;
      sent += text.length;
      sentAt.set(sent, performance.now());
      yield { step: { $case: 'chunk', value: guardrailsV1.FilterChunk.fromPartial({ text }) } };
      await wait(GAP_MS);
    }
    yield { step: { $case: 'end', value: { continuations: [] } } };
  }
  const guardrails = weir.operator.client('guardrails', guardrailsV1.GuardrailsServiceDefinition);
  let released = 0;
  for await (const { step } of guardrails.filterStream(steps())) {
    if (step?.$case !== 'release') continue;
    released += step.value.text.length;
    for (const [end, at] of sentAt) {
      if (end > released) break;
      samples.push(performance.now() - at);
      sentAt.delete(end);
    }
  }
  return samples;
}

const WORDS = 'The river rose slowly after the rain, and nobody in the village was surprised when it did.'.split(' ');
