import { isUtf8 } from 'node:buffer';
import { WeirError } from '@weir/errors';

const NEWLINE = 0x0a;

/** Cuts bytes that arrive in parts into lines. Empty lines are passed over. */
export class LineReader {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  /** `maxBytes`: of one line. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws WeirError `payload_too_large` for a line that is too long, `invalid_utf8` for one that is no UTF-8. */
  *push(bytes: Uint8Array): Generator<string> {
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.#add(bytes.subarray(from, at));
      from = at + 1;
      yield* this.end();
    }
    this.#add(bytes.subarray(from));
  }

  /** The last line, when it has no end of its own. */
  *end(): Generator<string> {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#size = 0;
    if (!isUtf8(bytes)) throw new WeirError('invalid_utf8', 'A line is not valid UTF-8.');
    const line = bytes.toString('utf8').trim();
    if (line) yield line;
  }

  #add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#size += bytes.length;
    if (this.#size > this.#maxBytes) {
      throw new WeirError('payload_too_large', `A line is longer than ${this.#maxBytes} bytes.`);
    }
    this.#parts.push(bytes);
  }
}
