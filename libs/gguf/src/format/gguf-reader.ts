import { open, type FileHandle } from 'node:fs/promises';
import { WeirError } from '@weir/errors';
import { invalidAt, OutOfBytes } from './byte-cursor.js';
import { parseHeader, type GgufHeader, type GgufTensor } from './gguf-header.js';
import { LIMITS } from './limits.js';

const FIRST_READ_BYTES = 1024 * 1024;
const GROWTH = 4;

/** An open GGUF file (version 2 or 3, little-endian). Only its header is in memory. Dispose it. */
export class GgufReader implements AsyncDisposable {
  private constructor(
    private readonly file: FileHandle,
    readonly header: GgufHeader,
    /** Length of the file. */
    readonly bytes: number,
  ) {}

  /** @throws WeirError not_found for a path that cannot be read, invalid_request for what is no usable GGUF file */
  static async open(path: string): Promise<GgufReader> {
    const file = await openFile(path);
    try {
      const { size } = await file.stat();
      return new GgufReader(file, await readHeader(file, size), size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Reads `length` bytes of a tensor's data, `start` bytes from its beginning.
   * @throws WeirError invalid_request when the file ends before
   */
  async read(tensor: GgufTensor, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    await readFully(this.file, bytes, tensor.offset + start);
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.file.close();
  }
}

/** Header, metadata and tensor infos of a file. @throws WeirError as `GgufReader.open` does */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  await using reader = await GgufReader.open(path);
  return reader.header;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    throw new WeirError('not_found', `${path} cannot be read.`, { cause });
  }
}

/** Reads more until the header is whole: its length stands nowhere in the file. */
async function readHeader(file: FileHandle, fileBytes: number): Promise<GgufHeader> {
  for (let wanted = FIRST_READ_BYTES; ; wanted *= GROWTH) {
    const bytes = new Uint8Array(Math.min(wanted, fileBytes, LIMITS.headerBytes));
    await readFully(file, bytes, 0);
    try {
      return parseHeader(bytes, fileBytes);
    } catch (error) {
      if (!(error instanceof OutOfBytes)) throw error;
      if (bytes.length === fileBytes) throw invalidAt(error.offset, 'the file ends in the middle of its header');
      if (bytes.length === LIMITS.headerBytes) {
        throw invalidAt(error.offset, `the header goes on, and at most ${LIMITS.headerBytes} bytes of it are taken`);
      }
    }
  }
}

async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw invalidAt(position + done, 'the file ends too early');
    done += bytesRead;
  }
}
