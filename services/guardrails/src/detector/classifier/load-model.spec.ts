import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FEATURES_VERSION } from './features.js';
import { decodeWeight, encodeWeight, writeModel, type LinearModel } from './linear-model.js';
import { loadModel } from './load-model.js';

const model: LinearModel = {
  name: 'test',
  features: FEATURES_VERSION,
  bits: 8,
  smoothing: 40,
  windows: [10, 50],
  labels: [
    { name: 'one', bias: 0.5, scale: 2, slope: 1, offset: 0.25 },
    { name: 'two', bias: -0.5, scale: 0, slope: 2, offset: 0 },
  ],
  provenance: { 'rows.jsonl': 'abc' },
  weights: Int8Array.from({ length: 512 }, (_, index) => (index % 255) - 127),
};

describe('the file of a model', () => {
  it('is read as it was written, from any part of a buffer', () => {
    const bytes = writeModel(model);
    expect(loadModel(bytes)).toEqual(model);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(loadModel(shifted.subarray(3))).toEqual(model);
  });

  it.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['empty', () => new Uint8Array()],
    ['of something else', (bytes) => bytes.map((byte, index) => (index === 0 ? 0x50 : byte))],
    ['cut off in its header', (bytes) => bytes.subarray(0, 40)],
    ['cut off in its weights', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['too long', (bytes) => new Uint8Array([...bytes, 0])],
    ['with a header that lies about its length', (bytes) => bytes.map((byte, index) => (index === 11 ? 0xff : byte))],
    ['far too large', () => new Uint8Array(9 * 1024 * 1024)],
  ])('is refused when it is %s', (_, change) => {
    expect(() => loadModel(change(writeModel(model)))).toThrow(
      expect.objectContaining({ code: 'artifact_mismatch' }) as Error,
    );
  });

  it.each<[string, Partial<LinearModel>]>([
    ['another version of the features', { features: FEATURES_VERSION + 1 }],
    ['no label', { labels: [] }],
    ['too many buckets', { bits: 30 }],
    ['no window', { windows: [] }],
    ['a slope that turns scores round', { labels: [{ name: 'x', bias: 0, scale: 1, slope: -1, offset: 0 }] }],
  ])('is refused for %s', (_, change) => {
    expect(() => loadModel(writeModel({ ...model, ...change }))).toThrow('its header is wrong');
  });

  it('is never taken for one by chance', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => loadModel(bytes)).toThrow('the file is no classifier');
      }),
    );
  });

  it('keeps weights within one part in a hundred of the largest', () => {
    fc.assert(
      fc.property(fc.double({ min: -3, max: 3, noNaN: true }), (weight) => {
        expect(Math.abs(decodeWeight(encodeWeight(weight, 3), 3) - weight)).toBeLessThan(0.03);
      }),
    );
  });
});
