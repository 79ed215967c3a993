import { WeirError } from '@weir/errors';
import { describe, expect, it } from 'vitest';
import { sampleCandidate, sampleRun } from '../../test/sample-run.js';
import type { Operation, Prompt } from '../pipeline/inference-request.js';
import type { Candidate } from '../routing/candidates.js';
import type { GenerationService } from '../routing/generation.service.js';
import type { TokenizerClient } from '../routing/tokenizer.client.js';
import { TokenTextService } from './token-text.service.js';

const tokens = (...ids: number[]): Prompt => ({ kind: 'tokens', ids, text: undefined });
const text: Prompt = { kind: 'text', text: 'plain' };

function serviceWith(detokenize: (id: string, ids: readonly number[]) => Promise<string>) {
  const generation = { pickFor: (candidates: readonly Candidate[]) => candidates[0] };
  return new TokenTextService({ detokenize } as unknown as TokenizerClient, generation as unknown as GenerationService);
}

function runOf(prompts: readonly Prompt[], operation: Operation = 'text_completion') {
  const run = sampleRun({ request: { operation, prompts } });
  run.candidates = ['a', 'b', 'c'].map((deploymentId, index) => ({
    ...sampleCandidate,
    deploymentId,
    modelVersion: index === 1 ? 9 : 3,
  }));
  return run;
}

const failing = (error: WeirError) => serviceWith(() => Promise.reject(error));

describe('TokenTextService', () => {
  it('leaves text alone, and every target', async () => {
    const run = runOf([text]);
    expect(await failing(new WeirError('internal', 'x')).read(run)).toBe(run.request);
    expect(run.candidates).toHaveLength(3);
  });

  it('reads all tokens in their order, and keeps to the model whose they are', async () => {
    const run = runOf([text, ...Array.from({ length: 40 }, (_, id) => tokens(id))]);
    const { prompts } = await serviceWith(async (id, ids) => `${id}${ids[0]}`).read(run);
    expect(prompts[0]).toBe(text);
    expect(prompts.slice(1)).toEqual(
      Array.from({ length: 40 }, (_, id) => ({ kind: 'tokens', ids: [id], text: `a${id}` })),
    );
    expect(run.candidates.map(({ deploymentId }) => deploymentId)).toEqual(['a', 'c']);
  });

  it('names the field where nobody can read them, and keeps other failures', async () => {
    const unable = failing(new WeirError('unimplemented', 'x'));
    const code = 'unsupported_parameter';
    await expect(unable.read(runOf([tokens(1)]))).rejects.toMatchObject({ code, param: 'prompt' });
    await expect(unable.read(runOf([tokens(1)], 'embeddings'))).rejects.toMatchObject({ code, param: 'input' });
    const gone = failing(new WeirError('engine_unavailable', 'x'));
    await expect(gone.read(runOf([tokens(1)]))).rejects.toMatchObject({ code: 'engine_unavailable' });
  });
});
