import { engineV1, type DeploymentState } from '@weir/contracts';
import { fakeSource } from '@weir/testing';
import { expect, it } from 'vitest';
import type { GenerationPart } from '../generation/generation.js';
import { parseGenerateRequest } from '../generation/parse-request.js';
import { UpstreamAnswer } from './upstream-answer.js';
import type { UpstreamEndpoint } from './upstream-endpoints.js';

const frame = (delta: object, finish: string | null = null) =>
  Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);

async function partsOf(...frames: Buffer[]): Promise<GenerationPart[]> {
  async function* bytes() {
    yield* frames;
  }
  const endpoint = { dialect: 'openai', client: { send: async () => ({ bytes: bytes(), isJson: false }) } };
  const prompt = { $case: 'text' as const, value: 'why?' };
  const answer = new UpstreamAnswer({
    endpoint: endpoint as unknown as UpstreamEndpoint,
    call: {
      request: parseGenerateRequest(engineV1.GenerateRequest.fromPartial({ prompt })),
      signal: new AbortController().signal,
      deadline: undefined,
    },
    deployment: { engine: { upstream_model: 'm', max_output_tokens: 8 } } as DeploymentState,
    queueMs: 0,
    source: fakeSource(),
    onUsageMissing: () => undefined,
  });
  const parts: GenerationPart[] = [];
  for await (const part of answer) parts.push(part);
  return parts;
}

it('passes thoughts on beside the text, one token each, and leaves them out where there are none', async () => {
  const parts = await partsOf(frame({ reasoning_content: 'hm' }), frame({ content: 'yes' }), frame({}, 'stop'));
  expect(parts).toMatchObject([
    { text: '', reasoning: 'hm', tokens: 1 },
    { text: 'yes', tokens: 1 },
    { text: '', finish: { reason: 'stop' } },
  ]);
  expect(parts.slice(1).some((part) => 'reasoning' in part)).toBe(false);
});
