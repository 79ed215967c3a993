import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StepCosts } from './step-costs.js';

const COSTS = { promptMs: 0.9, outputMs: 5 };

function step(promptTokens: number, sampledTokens: number) {
  return { promptTokens, sampledTokens, durationMs: promptTokens * COSTS.promptMs + sampledTokens * COSTS.outputMs };
}

describe('StepCosts', () => {
  it('promises nothing before it has seen some steps', () => {
    const costs = new StepCosts();
    for (let index = 0; index < 7; index++) costs.onStep(step(0, 4));
    expect(costs.known).toBe(false);
    costs.onStep(step(0, 4));
    expect(costs.known).toBe(true);
  });

  it('tells prompt tokens from generated ones', () => {
    const costs = new StepCosts();
    for (let index = 0; index < 10; index++) costs.onStep(step(0, 8));
    for (let index = 0; index < 10; index++) costs.onStep(step(64, 7));
    expect(costs.ms(1_000, 0)).toBeCloseTo(900);
    expect(costs.ms(0, 100)).toBeCloseTo(500);
  });

  it('takes a prompt for free as long as none was seen', () => {
    const costs = new StepCosts();
    for (let index = 0; index < 10; index++) costs.onStep(step(0, 8));
    expect(costs.ms(10_000, 0)).toBe(0);
  });

  it('follows an engine that becomes slower', () => {
    const costs = new StepCosts();
    for (let index = 0; index < 50; index++) costs.onStep(step(0, 8));
    for (let index = 0; index < 100; index++) costs.onStep({ promptTokens: 0, sampledTokens: 8, durationMs: 80 });
    expect(costs.ms(0, 1)).toBeGreaterThan(9.5);
  });

  it('is never negative and never infinite', () => {
    const anyStep = fc.record({ promptTokens: fc.nat(512), sampledTokens: fc.nat(8), durationMs: fc.nat(1_000) });
    fc.assert(
      fc.property(fc.array(anyStep), fc.nat(10_000), fc.nat(10_000), (steps, prompt, output) => {
        const costs = new StepCosts();
        for (const one of steps) costs.onStep(one);
        expect(costs.ms(prompt, output)).toBeGreaterThanOrEqual(0);
        expect(costs.ms(prompt, output)).toBeLessThan(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
