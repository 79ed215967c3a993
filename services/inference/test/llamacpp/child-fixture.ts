import { silentLogger } from '@weir/testing';
import type { PromptMessage, StepReport } from '../../engine/src/protocol.js';
import type { GenerationOptions, GenerationPart } from '../../src/generation/generation.js';
import type { ChildGeneration } from '../../src/llamacpp/child-generation.js';
import { EngineChild } from '../../src/llamacpp/engine-child.client.js';
import { engineDirectory } from '../../src/llamacpp/engine-directory.js';
import { samplingOf } from '../../src/llamacpp/sampling.js';
import { modelFile, plainOptions } from '../fixtures.js';

export interface TestChild extends AsyncDisposable {
  readonly child: EngineChild;
  readonly steps: StepReport[];
  /** Resolves after so many more steps. */
  stepped(more: number): Promise<void>;
  start(prompt: string | PromptMessage, options?: Partial<GenerationOptions>): ChildGeneration;
}

/** An engine process without the scheduler before it: the caller counts the slots. */
export async function startChild(slots = 4, contextTokens = 1_024): Promise<TestChild> {
  const steps: StepReport[] = [];
  const waiting = new Map<() => void, number>();
  const onStep = (step: StepReport) => {
    steps.push(step);
    for (const [resolve, wanted] of waiting) {
      if (steps.length < wanted) continue;
      waiting.delete(resolve);
      resolve();
    }
  };
  const stepped = (more: number) => new Promise<void>((resolve) => void waiting.set(resolve, steps.length + more));
  const child = new EngineChild({
    directory: engineDirectory(''),
    environment: {},
    load: { modelPath: modelFile(), slots, contextTokens, threads: 0, gpu: 'off', memoryReserveBytes: 0 },
    stallMs: 60_000,
    logger: silentLogger,
    now: () => performance.now(),
    onStep,
    onGone: () => undefined,
  });
  await child.ready;
  const start = (prompt: string | PromptMessage, options: Partial<GenerationOptions> = {}) =>
    child.generate(
      typeof prompt === 'string' ? { kind: 'text', text: prompt } : prompt,
      samplingOf({ ...plainOptions, ...options }, contextTokens, () => 0.5),
      0,
    );
  return { child, steps, stepped, start, [Symbol.asyncDispose]: () => child.end() };
}

export async function textOf(generation: ChildGeneration): Promise<{ text: string; last: GenerationPart | undefined }> {
  let text = '';
  let last: GenerationPart | undefined;
  for await (const part of generation.parts) {
    text += part.text;
    last = part;
  }
  return { text, last };
}
