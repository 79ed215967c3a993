import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** One spool file that is being written. */
export class Segment {
  readonly path: string;
  readonly #file: FileHandle;
  #bytes = 0;
  #events = 0;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** The new file's name is durable too when this resolves. */
  static async create(path: string): Promise<Segment> {
    const file = await open(path, 'wx', 0o600);
    const directory = await open(dirname(path), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    return new Segment(path, file);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get events(): number {
    return this.#events;
  }

  /** Writes frames and waits until the disk has them: one fsync for all. */
  async write(frames: readonly Buffer[]): Promise<void> {
    const { bytesWritten } = await this.#file.writev(frames);
    const expected = frames.reduce((sum, frame) => sum + frame.length, 0);
    if (bytesWritten !== expected) await this.#file.appendFile(Buffer.concat(frames).subarray(bytesWritten));
    await this.#file.datasync();
    this.#bytes += expected;
    this.#events += frames.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
