import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { FEATURES_VERSION } from './features.js';
import { MODEL_MAGIC, type LinearModel } from './linear-model.js';

const MAX_BYTES = 8 * 1024 * 1024;
const HEADER_AT = MODEL_MAGIC.length + 4;
const finite = z.number().refine(Number.isFinite);

const headerSchema = z.strictObject({
  name: z.string().min(1).max(64),
  features: z.literal(FEATURES_VERSION),
  bits: z.int().min(8).max(20),
  smoothing: finite.min(0).max(10_000),
  windows: z.array(z.int().min(1).max(1024)).min(1).max(8),
  labels: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(64),
        bias: finite,
        scale: finite.min(0).max(10_000),
        slope: finite.positive(),
        offset: finite,
      }),
    )
    .min(1)
    .max(64),
  provenance: z.record(z.string(), z.string()),
});

/**
 * Reads the file of a model.
 * @throws WeirError `artifact_mismatch` for bytes that are no such file, are cut off, or are of another version.
 */
export function loadModel(bytes: Uint8Array): LinearModel {
  if (bytes.length > MAX_BYTES) throw broken('it is too large');
  if (bytes.length < HEADER_AT || asText(bytes.subarray(0, MODEL_MAGIC.length)) !== MODEL_MAGIC) {
    throw broken('it does not begin like one');
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MODEL_MAGIC.length, true);
  if (length > bytes.length - HEADER_AT) throw broken('its header is cut off');
  const header = parseHeader(asText(bytes.subarray(HEADER_AT, HEADER_AT + length)));
  const weights = bytes.subarray(HEADER_AT + length);
  if (weights.length !== header.labels.length << header.bits) throw broken('its weights are not as many as it says');
  return { ...header, weights: new Int8Array(weights.buffer, weights.byteOffset, weights.length) };
}

function parseHeader(text: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw broken('its header is wrong', cause);
  }
}

function asText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function broken(reason: string, cause?: unknown): WeirError {
  return new WeirError('artifact_mismatch', `the file is no classifier: ${reason}`, { cause });
}
