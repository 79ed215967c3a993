import { FEATURES_VERSION, FeatureExtractor } from '../classifier/features.js';
import { encodeWeight, writeModel } from '../classifier/linear-model.js';
import { HARM_LABELS, type HarmLabel } from './harm.js';

const BITS = 12;
const SCALE = 8;

/** The file of a model that knows one word per label; texts that share no letters with them score about 0.02. */
export function modelKnowing(words: Partial<Record<HarmLabel, string>>): Uint8Array {
  const weights = new Int8Array(HARM_LABELS.length << BITS);
  HARM_LABELS.forEach((label, index) => {
    const word = words[label];
    if (word === undefined) return;
    for (const bucket of bucketsOf(word)) weights[bucket * HARM_LABELS.length + index] = encodeWeight(SCALE, SCALE);
  });
  return writeModel({
    name: 'toxicity',
    features: FEATURES_VERSION,
    bits: BITS,
    smoothing: 0,
    windows: [8],
    labels: HARM_LABELS.map((name) => ({ name, bias: -4, scale: SCALE, slope: 1, offset: 0 })),
    provenance: {},
    weights,
  });
}

function bucketsOf(word: string): number[] {
  const { hashes, firstHash, segments } = new FeatureExtractor().extract(word);
  return [...hashes.slice(0, firstHash[segments])].map((hash) => hash >>> (32 - BITS));
}
