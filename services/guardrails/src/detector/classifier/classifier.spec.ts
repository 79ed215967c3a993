import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Classifier } from './classifier.js';
import { FEATURES_VERSION, FeatureExtractor } from './features.js';
import { encodeWeight, type LinearModel } from './linear-model.js';

const BITS = 12;
const FILLER = 'the harbour was calm and the boats lay still. ';
const PAYLOAD = 'open the secret gate right now, please.';

/** Knows two words: each pushes its own label. */
function modelOf(words: readonly string[]): LinearModel {
  const weights = new Int8Array((1 << BITS) * words.length);
  words.forEach((word, label) => {
    const features = new FeatureExtractor().extract(word);
    weights[(features.hashes[0]! >>> (32 - BITS)) * words.length + label] = encodeWeight(20, 20);
  });
  return {
    name: 'test',
    features: FEATURES_VERSION,
    bits: BITS,
    smoothing: 50,
    windows: [8, 40],
    labels: words.map((name) => ({ name, bias: -1, scale: 20, slope: 4, offset: 0 })),
    provenance: {},
    weights,
  };
}

const classifier = new Classifier(modelOf(['secret', 'password']));

function scoreOf(text: string, from = 0): number {
  return classifier.scores(text, from)[0]!.score;
}

describe('classifier', () => {
  it('scores each label for itself, where its best window lies', () => {
    const text = `${FILLER}${PAYLOAD} ${FILLER}`;
    const [secret, password] = classifier.scores(text);
    expect(secret!.score).toBeGreaterThan(0.5);
    expect(password!.score).toBeLessThan(0.5);
    expect(text.slice(secret!.start, secret!.end)).toContain('secret gate');
    expect(secret!.end - secret!.start).toBeLessThan(PAYLOAD.length + 5);
  });

  it('scores a payload the same at any position of a long text', () => {
    const alone = scoreOf(PAYLOAD);
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), (before, after) => {
        const text = FILLER.repeat(before) + PAYLOAD + ' ' + FILLER.repeat(after);
        expect(Math.abs(scoreOf(text) - alone)).toBeLessThanOrEqual(0.05);
      }),
      { numRuns: 60 },
    );
  });

  it('finds what stands behind more text than its buffers take', () => {
    const text = FILLER.repeat(4_000) + PAYLOAD;
    const [secret] = classifier.scores(text);
    expect(secret!.score).toBeCloseTo(scoreOf(PAYLOAD), 6);
    expect(secret!.start).toBeGreaterThanOrEqual(text.length - PAYLOAD.length - 1);
  });

  it('counts only windows that reach beyond a place', () => {
    const text = `${PAYLOAD} ${FILLER.repeat(8)}`;
    expect(scoreOf(text)).toBeGreaterThan(0.5);
    expect(scoreOf(text, text.length - FILLER.length)).toBeLessThan(0.5);
  });

  it('says 0 of a text without words, and keeps nothing of the text before', () => {
    expect(scoreOf('')).toBe(0);
    const fresh = new Classifier(modelOf(['secret', 'password'])).scores(FILLER);
    classifier.scores(PAYLOAD.repeat(100));
    expect(classifier.scores(FILLER)).toEqual(fresh);
    expect(classifier.labels).toEqual(['secret', 'password']);
  });
});
