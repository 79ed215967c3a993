import { WeirError } from '@weir/errors';
import type { EmbeddingCall, Embeddings } from '../generation/tokens.js';
import { abortError } from '../scheduler/slot-scheduler.js';
import type { EngineChild } from './engine-child.client.js';

/**
 * One input after another: a caller with many lets others in between, and can leave after each.
 * @throws WeirError `cancelled`, `deadline_exceeded`, and what the engine refuses an input with
 */
export async function embedAll(
  child: Pick<EngineChild, 'embed'>,
  { inputs, signal, deadline }: EmbeddingCall,
  now: () => number,
): Promise<Embeddings> {
  const vectors: (readonly number[])[] = [];
  let inputTokens = 0;
  for (const input of inputs) {
    if (signal.aborted) throw abortError(signal);
    if (deadline !== undefined && now() >= deadline)
      throw new WeirError(
        'deadline_exceeded',
        `The deadline passed after ${vectors.length} of ${inputs.length} inputs.`,
      );
    const { values, tokens } = await child.embed(input, signal);
    vectors.push(values);
    inputTokens += tokens;
  }
  return { vectors, inputTokens };
}
