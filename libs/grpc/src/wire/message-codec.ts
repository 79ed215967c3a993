import { BinaryReader } from '@bufbuild/protobuf/wire';
import { isWeirError, WeirError } from '@weir/errors';
import type { Codec } from '../rpc/definition.js';
import type { MessageForm } from '../server/arrival.js';

const MISFIT = 'The request does not fit its message type.';

/** Refuses strings that are not UTF-8, as proto3 asks; the generated codecs would put replacement characters there. */
class StrictReader extends BinaryReader {
  override string(): string {
    const { pos } = this;
    try {
      return super.string(true);
    } catch (cause) {
      // The strict TextDecoder reports by TypeError; a field that ends behind the message is a RangeError.
      if (!(cause instanceof TypeError)) throw cause;
      throw new WeirError('invalid_utf8', `The text field at byte ${pos} of the message is not valid UTF-8.`);
    }
  }
}

export function encodeMessage(codec: Codec, message: unknown): Uint8Array {
  return codec.encode(message as never).finish();
}

/** A complete message of a partial one; a copy but for `bytes` fields. */
export function completeMessage(codec: Codec, partial: unknown): unknown {
  return codec.fromPartial(partial as never);
}

/** Throws `invalid_utf8` or `invalid_request`. */
export function decodeMessage(codec: Codec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(new StrictReader(bytes));
  } catch (cause) {
    if (isWeirError(cause)) throw cause;
    throw new WeirError('invalid_request', 'The message cannot be decoded.', { cause });
  }
}

/** A peer's answer; `internal` when it cannot be decoded. */
export function decodeAnswer(codec: Codec, bytes: Uint8Array): unknown {
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw new WeirError('internal', 'The answer of the peer cannot be decoded.', { cause });
  }
}

/** The caller's message in the form of the wire; throws `invalid_request` when it does not fit its type. */
export function encodeRequest(codec: Codec, partial: unknown, maxBytes: number): Buffer {
  try {
    return withinBytes(encodeMessage(codec, completeMessage(codec, partial)), maxBytes);
  } catch (cause) {
    if (isWeirError(cause)) throw cause;
    throw new WeirError('invalid_request', MISFIT, { cause });
  }
}

/** Messages as they travel on both wires. */
export function wireForm(maxBytes: number): MessageForm {
  return {
    take: (codec, message) => decodeMessage(codec, withinBytes(message as Buffer, maxBytes)),
    give: (codec, answer) => withinBytes(encodeMessage(codec, completeMessage(codec, answer)), maxBytes),
  };
}

/** Messages of the local binding: copied, with defaults, but `bytes` fields are shared. */
export const LOCAL_FORM: MessageForm = { take: takeLocal, give: completeMessage };

function takeLocal(codec: Codec, message: unknown): unknown {
  try {
    return completeMessage(codec, message);
  } catch (cause) {
    throw new WeirError('invalid_request', MISFIT, { cause });
  }
}

/** The message as a Buffer, without a copy; throws `payload_too_large`. */
export function withinBytes(message: Uint8Array, maxBytes: number): Buffer {
  if (message.byteLength > maxBytes) {
    throw new WeirError('payload_too_large', `The message has ${message.byteLength} bytes; ${maxBytes} are allowed.`, {
      details: { bytes: message.byteLength, max_bytes: maxBytes },
    });
  }
  return Buffer.from(message.buffer, message.byteOffset, message.byteLength);
}
