import { describe, expect, it } from 'vitest';
import { categoryHazards, FURTHER_HAZARDS, HARM_LABELS, MODERATION_CATEGORIES, TOXIC } from './harm.js';

describe('harms', () => {
  it('has the 13 moderation categories in the order of the endpoint', () => {
    expect(new Set(MODERATION_CATEGORIES).size).toBe(13);
    expect(MODERATION_CATEGORIES.filter((category) => !category.includes('/'))).toEqual([
      'harassment',
      'hate',
      'illicit',
      'self-harm',
      'sexual',
      'violence',
    ]);
  });

  it('maps every category to a hazard of MLCommons, but harassment alone', () => {
    const mapped = Object.entries(categoryHazards);
    expect(mapped.map(([harm]) => harm).toSorted()).toEqual([...MODERATION_CATEGORIES, ...FURTHER_HAZARDS].toSorted());
    expect(mapped.filter(([, hazard]) => hazard === undefined)).toEqual([['harassment', undefined]]);
    for (const [, hazard] of mapped) if (hazard !== undefined) expect(hazard).toMatch(/^S([1-9]|1[0-4])$/);
  });

  it('has hazards for all but specialised advice and intellectual property', () => {
    const codes = new Set(Object.values(categoryHazards));
    const missing = Array.from({ length: 14 }, (_, index) => `S${index + 1}`).filter((code) => !codes.has(code));
    expect(missing).toEqual(['S6', 'S8']);
  });

  it('asks the model for everything but what a rule decides', () => {
    expect(HARM_LABELS[0]).toBe(TOXIC);
    expect(HARM_LABELS).not.toContain('sexual/minors');
    expect(HARM_LABELS).toHaveLength(1 + 13 - 1 + FURTHER_HAZARDS.length);
  });
});
