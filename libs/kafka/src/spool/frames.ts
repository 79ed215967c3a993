import { crc32 } from 'node:zlib';
import type { OutgoingRecord } from '../wire/record.js';

/*
 * A segment file is a row of frames: length of the payload (uint32, big-endian), CRC-32 of the payload (uint32), payload
 * (JSON of one record in UTF-8).
 */

const HEADER_BYTES = 8;
/** More than any record that is published; a larger length is damage. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

export function encodeFrame(record: OutgoingRecord): Buffer {
  const { topic, key, value, headers } = record;
  const payload = Buffer.from(
    JSON.stringify({ topic, key: key?.toString() ?? null, value: value?.toString() ?? null, headers }),
  );
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32BE(payload.length, 0);
  frame.writeUInt32BE(crc32(payload), 4);
  payload.copy(frame, HEADER_BYTES);
  return frame;
}

export interface DecodedSegment {
  readonly records: OutgoingRecord[];
  /** Bytes after the last whole frame: a write that a crash cut off, never an event whose publish had resolved. */
  readonly tornBytes: number;
  /** Whole frames whose content is not what was written. */
  readonly damaged: number;
}

/** Reads what can be read; never throws. */
export function decodeSegment(bytes: Buffer): DecodedSegment {
  const records: OutgoingRecord[] = [];
  let damaged = 0;
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const end = at + HEADER_BYTES + length;
    if (length > MAX_PAYLOAD_BYTES) return { records, tornBytes: 0, damaged: damaged + 1 };
    if (end > bytes.length) break;
    const payload = bytes.subarray(at + HEADER_BYTES, end);
    const record = crc32(payload) === bytes.readUInt32BE(at + 4) ? recordOf(payload) : undefined;
    if (record) records.push(record);
    else damaged += 1;
    at = end;
  }
  return { records, tornBytes: bytes.length - at, damaged };
}

/** Whole frames of a segment, without a look into them. */
export function countFrames(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at + HEADER_BYTES <= bytes.length; count++) {
    at += HEADER_BYTES + bytes.readUInt32BE(at);
    if (at > bytes.length) return count;
  }
  return count;
}

function recordOf(payload: Buffer): OutgoingRecord | undefined {
  try {
    const parsed = JSON.parse(payload.toString()) as Partial<OutgoingRecord> | null;
    const { topic, key = null, value = null, headers } = parsed ?? {};
    if (typeof topic !== 'string' || typeof headers !== 'object') return undefined;
    return { topic, key, value, headers };
  } catch {
    return undefined; // counted as damaged by the caller
  }
}
