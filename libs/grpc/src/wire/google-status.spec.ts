import { BinaryReader } from '@bufbuild/protobuf/wire';
import { GRPC, WeirError } from '@weir/errors';
import { expect, it } from 'vitest';
import { encodeStatusDetails } from './google-status.js';

/** Length-delimited fields by number, as bytes, in their order. */
function fieldsOf(bytes: Uint8Array): ReadonlyMap<number, readonly Uint8Array[]> {
  const reader = new BinaryReader(bytes);
  const fields = new Map<number, Uint8Array[]>();
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (wireType !== 2) reader.skip(wireType);
    else fields.set(number, [...(fields.get(number) ?? []), reader.bytes()]);
  }
  return fields;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

it('names the reason and carries every detail in its ErrorInfo', () => {
  const details = { verdict_id: 'v1', action: 'block', detectors: 'a,b', policy: 'strict@3' };
  const error = new WeirError('content_filter', 'No.', { details });
  const bytes = encodeStatusDetails(error);
  expect(new BinaryReader(bytes).tag()).toEqual([1, 0]);
  expect(bytes[1]).toBe(GRPC.FAILED_PRECONDITION);
  const status = fieldsOf(bytes);
  expect(text(status.get(2)?.[0])).toBe('No.');
  const [any, ...others] = status.get(3) ?? [];
  expect(others).toEqual([]);
  const packed = fieldsOf(any ?? new Uint8Array());
  expect(text(packed.get(1)?.[0])).toBe('type.googleapis.com/google.rpc.ErrorInfo');
  const info = fieldsOf(packed.get(2)?.[0] ?? new Uint8Array());
  expect([text(info.get(1)?.[0]), text(info.get(2)?.[0])]).toEqual(['content_filter', 'weir']);
  const metadata = (info.get(3) ?? []).map((entry) => {
    const pair = fieldsOf(entry);
    return [text(pair.get(1)?.[0]), text(pair.get(2)?.[0])];
  });
  expect(Object.fromEntries(metadata)).toEqual(details);
});
