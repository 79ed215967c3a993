import { describe, expect, it } from 'vitest';
import type { GenerationRequest, Tool } from '../../generation/generation.js';
import { PromptEstimate } from './prompt-estimate.js';

type Measured = Pick<GenerationRequest, 'prompt' | 'options'>;

const request = (prompt: GenerationRequest['prompt'], tools: readonly Tool[] = []): Measured => ({
  prompt,
  options: { tools } as unknown as GenerationRequest['options'],
});
const text = (bytes: number) => request({ kind: 'text', text: 'x'.repeat(bytes) });
const turn = (content: string) => ({ role: 'user', content, name: '', toolCalls: [], toolCallId: '' });

describe('PromptEstimate', () => {
  it('assumes 0.3 tokens per byte at first, and one token at least', () => {
    expect(new PromptEstimate().tokensOf(text(1_000))).toBe(300);
    expect(new PromptEstimate().tokensOf(text(0))).toBe(1);
  });

  it('learns what the prompts of its deployment are', () => {
    const estimate = new PromptEstimate();
    for (let index = 0; index < 200; index++) estimate.learn(text(500), 250);
    expect(estimate.tokensOf(text(1_000))).toBeGreaterThan(480);
    expect(estimate.tokensOf(text(1_000))).toBeLessThan(520);
  });

  it('counts bytes, not characters, and all that is part of the prompt', () => {
    const estimate = new PromptEstimate();
    const plain = estimate.tokensOf(request({ kind: 'chat', turns: [turn('a'.repeat(300))] }));
    expect(estimate.tokensOf(request({ kind: 'chat', turns: [turn('水'.repeat(300))] }))).toBeGreaterThan(2 * plain);
    const call = { id: 'c', name: 'f', arguments: '{"a":1}'.repeat(100) };
    const withCall = request({ kind: 'chat', turns: [{ ...turn('a'.repeat(300)), toolCalls: [call] }] });
    expect(estimate.tokensOf(withCall)).toBeGreaterThan(2 * plain);
    const tool: Tool = { name: 'f', description: 'd'.repeat(900), parameters: undefined };
    expect(estimate.tokensOf(request({ kind: 'chat', turns: [turn('a'.repeat(300))] }, [tool]))).toBeGreaterThan(
      2 * plain,
    );
  });

  it('knows how many tokens tokens are', () => {
    const estimate = new PromptEstimate();
    const tokens = request({ kind: 'tokens', ids: [1, 2, 3] });
    estimate.learn(tokens, 3_000_000);
    expect(estimate.tokensOf(tokens)).toBe(3);
    expect(estimate.tokensOf(text(1_000))).toBe(300);
  });
});
