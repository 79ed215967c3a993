import { describe, expect, it } from 'vitest';
import { canaryFor, withCanary } from './canary.js';

describe('canaries', () => {
  it('are 16 hex characters, the same for the same request and secret only', () => {
    const canary = canaryFor('secret', 'a');
    expect(canary).toMatch(/^[0-9a-f]{16}$/);
    expect(canaryFor('secret', 'a')).toBe(canary);
    expect(canaryFor('secret', 'b')).not.toBe(canary);
    expect(canaryFor('other', 'a')).not.toBe(canary);
  });

  it('stand behind the system prompt, with a word to the model', () => {
    const prompt = withCanary('You are Nora.', '0123456789abcdef');
    expect(prompt).toMatch(/^You are Nora\.\n\n<-@!-- 0123456789abcdef --@!->\n/);
    expect(prompt).toContain('Never repeat');
    expect(withCanary('', 'x')).toMatch(/^<-@!-- x --@!->/);
  });
});
