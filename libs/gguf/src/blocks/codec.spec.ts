import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dequantize, isCodecType, isQuantized, quantize, type CodecType } from './codec.js';
import { sampleWeights } from './sample-weights.js';

/**
 * What llama.cpp's `ggml_quantize_chunk` (F16, BF16: the Python package gguf) makes of the sample, which blocks the package
 * then reads as these weights, and with which root mean square error.
 */
const JUDGED: readonly [type: CodecType, blocks: string, weights: string, error: number][] = [
  ['F16', '5e926b031e258d4e2104f5459678d01259bbd70c1a26786a43a75d5c7b6c0115', '', 0.0004],
  ['BF16', '3aaf53157efcbc0b0e33601104751fc64720a7f1f571d7f952345e9eac63bbdf', '', 0.003],
  ['Q4_0', 'c6f45ccb91024e95d00290f2b3ab7ac035dc8f7487fc6145de61b0ee9516267e', '1b4a283d17b12ac2', 0.13883],
  ['Q4_1', 'a3f9d54b3592e053525ff06fb1a4aa144ca4abd6b8ecc42e4712474342103a97', 'e537c6de75be859d', 0.12913],
  ['Q5_0', '1e3550b2ae364369c5d579815940c12a94e5cbedeef10db54db4a407bd42c88e', '072f7ec143684f27', 0.06893],
  ['Q5_1', '03b99c2339e7f562dee0430bc9d2942aefc83f9ef7b3daba30dd18a3afa3ec87', '7a7fa3fa569d17ae', 0.062],
  ['Q8_0', '644513470f4a74dd3257f699473b59ed135015a57bbbf233bb00aebbb9d41923', 'a88befde95bc7fd0', 0.00869],
  ['Q4_K', '99cfe779d724a82298432cd359e378a19664df5fd76da26561c70f76a75dfe57', 'c1b301ebc462eb94', 0.11718],
  ['Q5_K', 'd861aa1f7d1f6cc94219e2b6041c852c014b9d7830399fcefc21907a52d953ce', '97b79432e7cd0297', 0.05887],
  ['Q6_K', 'a0165d03b2030aff29f918715a153427d72416e7b3ac5daa4ae441237ad19166', '2458eb8a9bd17460', 0.02904],
];

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each(JUDGED)('%s', (type, blocks, weights, error) => {
  const sample = sampleWeights(64);
  const quantized = quantize(type, sample);
  const back = dequantize(type, quantized);

  it('stores the sample in the bytes of the reference', () => {
    expect(digest(quantized)).toBe(blocks);
  });

  it('reads them as the reference does, within its error', () => {
    if (weights) expect(digest(new Uint8Array(back.buffer)).slice(0, 16)).toBe(weights);
    const squares = back.reduce((sum, weight, i) => sum + (weight - sample[i]!) ** 2, 0);
    expect(Math.sqrt(squares / sample.length)).toBeLessThan(error);
  });

  it('makes the same bytes of a slab whatever stands beside it', () => {
    const half = quantize(type, sample.slice(0, sample.length / 2));
    expect(quantized.subarray(0, half.length)).toEqual(half);
  });
});

describe('dequantize and quantize', () => {
  const finite = fc.float({ noNaN: true, noDefaultInfinity: true, min: -60_000, max: 60_000 });

  it.each(['Q4_0', 'Q5_0', 'Q8_0'] as const)('%s stays within one step of every weight', (type) => {
    const steps = { Q4_0: 8, Q5_0: 16, Q8_0: 127 }[type];
    fc.assert(
      fc.property(fc.array(finite, { minLength: 32, maxLength: 32 }), (values) => {
        const weights = Float32Array.from(values);
        const back = dequantize(type, quantize(type, weights));
        const largest = Math.max(...weights.map(Math.abs));
        // The scale itself is a half float: its rounding and its smallest step come on top.
        const step = (largest / steps) * 1.01 + steps * 2 ** -24;
        return weights.every((weight, i) => Math.abs(weight - back[i]!) <= step);
      }),
    );
  });

  it('keeps every half float', () => {
    const all = new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, bits) => bits).buffer);
    const finiteBits = all.filter((_, i) => ((all[i | 1] ?? 0) & 0x7c) !== 0x7c);
    expect(quantize('F16', dequantize('F16', finiteBits))).toEqual(finiteBits);
  });

  it('rounds halves to even, and keeps a NaN one, in BF16', () => {
    const bits = Uint32Array.from([0x3f808000, 0x3f818000, 0x3f808001, 0x7f800001]);
    expect([...new Uint16Array(quantize('BF16', new Float32Array(bits.buffer)).buffer)]).toEqual([
      0x3f80, 0x3f82, 0x3f81, 0x7fc0,
    ]);
  });

  it('reads blocks at any place of a buffer', () => {
    const blocks = quantize('Q6_K', sampleWeights(1));
    const shifted = new Uint8Array(blocks.length + 1);
    shifted.set(blocks, 1);
    expect(dequantize('Q6_K', shifted.subarray(1))).toEqual(dequantize('Q6_K', blocks));
  });

  it('refuses half a block', () => {
    expect(() => dequantize('Q8_0', new Uint8Array(33))).toThrow(/no whole number of Q8_0 blocks/);
    expect(() => quantize('Q4_K', new Float32Array(128))).toThrow(/no multiple of 256/);
  });

  it('knows which types it reads and which have lost precision', () => {
    expect([isCodecType('Q4_K'), isCodecType('IQ2_XS')]).toEqual([true, false]);
    expect((['F32', 'F16', 'BF16', 'Q8_0'] as const).map(isQuantized)).toEqual([false, false, false, true]);
  });
});
