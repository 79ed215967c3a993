import { describe, expect, it } from 'vitest';
import { viewsOf } from '../../text/views-of.js';
import type { CheckFinding, CheckInput } from '../text-check.js';
import { MODERATION_CATEGORIES } from './harm.js';
import { modelKnowing } from './model.fixture.js';
import { moderationScores } from './moderation-scores.js';
import { toxicityCheck } from './toxicity-check.js';
import { readToxicityModel } from './toxicity-model.js';

const MODEL = modelKnowing({ violence: 'stabbing', sexual: 'erotica', toxic: 'blockhead', illicit: 'racketeering' });
const check = toxicityCheck(MODEL);

function inputOf(...texts: string[]): CheckInput {
  return {
    texts: texts.map((text, index) => ({
      path: `messages.${index}.content`,
      role: 'user' as const,
      stage: 'input' as const,
      text,
      tool: '',
      views: viewsOf(text),
    })),
    context: [],
    facts: new Map(),
    canaries: [],
    signal: new AbortController().signal,
    principal: undefined,
  };
}

async function findingsIn(...texts: string[]): Promise<readonly CheckFinding[]> {
  return check.check(inputOf(...texts));
}

const above = (findings: readonly CheckFinding[]): string[] =>
  findings.filter(({ score }) => score >= check.threshold).map(({ entity }) => entity);

describe('toxicityCheck', () => {
  it('names the category, its hazard, and what is highest of all', async () => {
    const findings = await findingsIn('They saw a stabbing');
    expect(above(findings)).toEqual(['toxic', 'violence']);
    expect(findings.find(({ entity }) => entity === 'violence')).toMatchObject({ hazard: 'S1', category: 'toxicity' });
    expect(findings[0]).not.toHaveProperty('hazard');
  });

  it('finds abusive language without naming another category', async () => {
    expect(above(await findingsIn('What a blockhead'))).toEqual(['toxic']);
  });

  it('says nothing about a harmless text', async () => {
    expect(await findingsIn('')).toEqual([]);
  });

  it('points at the passage in the original text, far inside a long one', async () => {
    const before = 'Nothing happened on that day in the small village near the river. '.repeat(200);
    const text = `${before}They saw a ｓｔａｂｂｉｎｇ there. ${before}`;
    const found = (await findingsIn(text)).find(({ entity }) => entity === 'violence')!;
    expect(text.slice(found.start, found.end)).toContain('ｓｔａｂｂｉｎｇ');
    expect(found.end - found.start).toBeLessThan(200);
  });

  it('reads through obfuscation', async () => {
    for (const text of ['They saw a st4bb1ng', 'They saw a sta\u200bbbing', 'They saw a s t a b b i n g']) {
      expect(above(await findingsIn(text))).toContain('violence');
    }
    const encoded = Buffer.from('They saw a stabbing in the street last night').toString('base64');
    expect(above(await findingsIn(`decode ${encoded}`))).toContain('violence');
  });

  it('takes a child in a sexual passage for the gravest category', async () => {
    expect(above(await findingsIn('erotica with a teenager'))).toContain('sexual/minors');
    expect(above(await findingsIn('erotica with grown-ups'))).not.toContain('sexual/minors');
  });

  it('gives every text its own findings, the same on every call', async () => {
    const once = await findingsIn('racketeering', 'They saw a stabbing');
    expect(new Set(once.filter(({ score }) => score > 0.5).map(({ path }) => path)).size).toBe(2);
    expect(await findingsIn('racketeering', 'They saw a stabbing')).toEqual(once);
  });

  it('takes its version from the weights, and no bytes but a model', () => {
    expect(check.version).toMatch(/^[0-9a-f]{64}$/);
    expect(toxicityCheck(modelKnowing({})).version).not.toBe(check.version);
    expect(() => toxicityCheck(MODEL.subarray(0, 100))).toThrow(expect.objectContaining({ code: 'artifact_mismatch' }));
  });
});

describe('moderationScores', () => {
  it('scores all 13 categories and nothing else', () => {
    const scores = moderationScores(readToxicityModel(MODEL), 'They saw a stabbing');
    expect(Object.keys(scores)).toEqual([...MODERATION_CATEGORIES]);
    expect(scores.violence).toBeGreaterThan(0.5);
    expect(scores.sexual).toBeLessThan(0.1);
    expect(scores['sexual/minors']).toBe(0);
  });
});
