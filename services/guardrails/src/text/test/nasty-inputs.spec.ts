import { describe, expect, it } from 'vitest';
import { viewsOf } from '../views-of.js';
import { NASTY } from './nasty.fixture.js';

const LENGTH = 200_000;

describe('all views stay within their bounds', () => {
  const kinds = Object.entries(NASTY).filter(([name]) => !name.startsWith('encoded'));
  it.each(kinds)('of %s', (_, make) => {
    const text = make(LENGTH);
    const views = viewsOf(text);
    const [canonical, folded] = [views.canonical.text, views.folded.text];
    const { decoded } = views;
    expect(text).toHaveLength(LENGTH);
    expect(canonical.length).toBeLessThanOrEqual(text.length);
    expect(folded.length).toBeLessThanOrEqual(canonical.length);
    expect(decoded.length).toBeLessThanOrEqual(32);
    expect(decoded.reduce((sum, view) => sum + view.text.length, 0)).toBeLessThanOrEqual(65_536);
  });
});
