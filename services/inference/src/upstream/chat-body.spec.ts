import { describe, expect, it } from 'vitest';
import type { DeploymentState } from '@weir/contracts';
import { upstreamRequest } from './chat-body.js';

const deployment = { model_name: 'm', engine: { upstream_model: '', max_output_tokens: 50 } } as DeploymentState;
const options = { maxTokens: undefined, temperature: undefined, topP: undefined, seed: undefined, stop: [] };

describe('upstreamRequest', () => {
  it('leaves out what was not given, and always asks for a stream with usage', () => {
    const turns = [
      { role: 'user', content: 'hi', name: '' },
      { role: 'user', content: 'ho', name: 'ann' },
    ];
    const { path, body } = upstreamRequest(
      { requestId: '', tenant: '', prompt: { kind: 'chat', turns }, options },
      deployment,
    );
    expect(path).toBe('/chat/completions');
    expect(JSON.parse(body)).toEqual({
      model: 'm',
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'user', content: 'ho', name: 'ann' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 50,
    });
  });

  it('sends text prompts to /completions under the upstream’s own model name', () => {
    const named = { ...deployment, engine: { ...deployment.engine, upstream_model: 'gpt' } };
    const asked = { ...options, maxTokens: 5, temperature: 0, seed: 0, stop: ['a'] };
    const { path, body } = upstreamRequest(
      { requestId: '', tenant: '', prompt: { kind: 'text', text: 'x' }, options: asked },
      named,
    );
    expect(path).toBe('/completions');
    expect(JSON.parse(body)).toMatchObject({
      model: 'gpt',
      prompt: 'x',
      max_tokens: 5,
      temperature: 0,
      seed: 0,
      stop: ['a'],
    });
  });
});
