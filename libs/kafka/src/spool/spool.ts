import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isWeirError, WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type { OutgoingRecord } from '../wire/record.js';
import { DirectoryLock } from './directory-lock.js';
import { countFrames, decodeSegment, encodeFrame } from './frames.js';
import { Segment } from './segment.js';

export interface SpoolOptions {
  readonly directory: string;
  /** Bytes on disk above which `append` refuses; default 1 GiB. */
  readonly maxBytes?: number;
  /** Bytes after which a new file begins; default 8 MiB. */
  readonly segmentBytes?: number;
  readonly logger: Logger;
  readonly onChange?: (spool: { readonly bytes: number; readonly events: number }) => void;
  readonly onRejected?: () => void;
}

interface Sealed {
  readonly path: string;
  readonly bytes: number;
  readonly events: number;
}

interface Pending {
  readonly frame: Buffer;
  resolve(): void;
  reject(error: unknown): void;
}

const DEFAULT_MAX_BYTES = 1024 ** 3;
const DEFAULT_SEGMENT_BYTES = 8 * 1024 ** 2;
const MAX_GROUP = 1024;
const DRAIN_BATCH = 200;
const SUFFIX = '.spool';

/** Events on disk that wait for Kafka. They leave in the order they came in and are deleted when Kafka has them. */
export class Spool implements AsyncDisposable {
  readonly #options: SpoolOptions;
  readonly #lock: DirectoryLock;
  readonly #sealed: Sealed[];
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #active: Segment | undefined;
  #sequence: number;
  #writing: Promise<void> | undefined;
  #draining: Promise<void> | undefined;
  #closed = false;

  private constructor(options: SpoolOptions, lock: DirectoryLock, sealed: Sealed[], sequence: number) {
    this.#options = options;
    this.#lock = lock;
    this.#sealed = sealed;
    this.#sequence = sequence;
    this.#changed();
  }

  /**
   * Takes the folder for this process alone and finds what an earlier one left there.
   * @throws WeirError `invalid_configuration` when another process holds the folder.
   */
  static async open(options: SpoolOptions): Promise<Spool> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const lock = await DirectoryLock.acquire(options.directory);
    const names = (await readdir(options.directory)).filter((name) => name.endsWith(SUFFIX)).sort();
    const sealed: Sealed[] = [];
    for (const name of names) {
      const path = join(options.directory, name);
      const bytes = await readFile(path);
      sealed.push({ path, bytes: bytes.length, events: countFrames(bytes) });
    }
    const last = Number.parseInt(names.at(-1) ?? '0', 10);
    return new Spool(options, lock, sealed, Number.isNaN(last) ? 0 : last);
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#sealed.reduce((sum, segment) => sum + segment.bytes, this.#active?.bytes ?? 0);
  }

  get events(): number {
    return this.#sealed.reduce((sum, segment) => sum + segment.events, this.#active?.events ?? 0);
  }

  /** Resolves when the record is on disk. @throws WeirError `internal` when the spool is full or the disk fails. */
  append(record: OutgoingRecord): Promise<void> {
    const frame = encodeFrame(record);
    const maxBytes = this.#options.maxBytes ?? DEFAULT_MAX_BYTES;
    if (this.#closed) return Promise.reject(new WeirError('shutting_down', 'The event spool is closed.'));
    if (this.bytes + this.#pendingBytes + frame.length > maxBytes) {
      return Promise.reject(new WeirError('internal', `The event spool is full (${maxBytes} bytes).`));
    }
    return new Promise((resolve, reject) => {
      this.#pending.push({ frame, resolve, reject });
      this.#pendingBytes += frame.length;
      this.#writing ??= this.#write();
    });
  }

  /**
   * Sends everything to Kafka, oldest first, and deletes it. Resolves when nothing is left; rejects with the sender's
   * error, and what was not acknowledged stays. Calls that overlap share one run.
   */
  drain(send: (records: readonly OutgoingRecord[]) => Promise<unknown>): Promise<void> {
    this.#draining ??= this.#drain(send).finally(() => (this.#draining = undefined));
    return this.#draining;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#draining?.catch(() => undefined);
    await this.#writing;
    await this.#active?.close();
    await this.#lock[Symbol.asyncDispose]();
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending.splice(0, MAX_GROUP);
      try {
        this.#active ??= await Segment.create(this.#nextPath());
        await this.#active.write(group.map(({ frame }) => frame));
        for (const { resolve } of group) resolve();
        if (this.#active.bytes >= (this.#options.segmentBytes ?? DEFAULT_SEGMENT_BYTES)) await this.#seal();
      } catch (cause) {
        // A frame may be half written: nothing more goes behind it.
        await this.#seal().catch((error: unknown) =>
          this.#options.logger.error({ err: error }, 'a spool file is lost'),
        );
        const error = new WeirError('internal', 'The event spool cannot be written.', { cause });
        for (const { reject } of group) reject(error);
      }
      for (const { frame } of group) this.#pendingBytes -= frame.length;
      this.#changed();
    }
    this.#writing = undefined;
  }

  async #seal(): Promise<void> {
    const segment = this.#active;
    if (!segment) return;
    this.#active = undefined;
    this.#sealed.push({ path: segment.path, bytes: segment.bytes, events: segment.events });
    await segment.close();
  }

  async #drain(send: (records: readonly OutgoingRecord[]) => Promise<unknown>): Promise<void> {
    while (!this.#closed) {
      const [oldest] = this.#sealed;
      if (oldest) {
        await this.#drainSegment(oldest, send);
        this.#sealed.shift();
        this.#changed();
        continue;
      }
      while (this.#writing) await this.#writing;
      if (!this.#active) return;
      await this.#seal();
    }
  }

  async #drainSegment(segment: Sealed, send: (records: readonly OutgoingRecord[]) => Promise<unknown>): Promise<void> {
    const { records, tornBytes, damaged } = decodeSegment(await readFile(segment.path));
    for (let at = 0; at < records.length; at += DRAIN_BATCH)
      await this.#sendBatch(records.slice(at, at + DRAIN_BATCH), send);
    if (damaged > 0) {
      this.#options.logger.error({ path: segment.path, damaged }, 'a spool file is damaged and was kept');
      await rename(segment.path, `${segment.path}.damaged`);
      return;
    }
    if (tornBytes > 0) this.#options.logger.info({ path: segment.path, tornBytes }, 'a spool file ends in a cut write');
    await unlink(segment.path);
  }

  /** One record that Kafka will never take must not hold up the others. */
  async #sendBatch(
    records: readonly OutgoingRecord[],
    send: (records: readonly OutgoingRecord[]) => Promise<unknown>,
  ): Promise<void> {
    try {
      await send(records);
    } catch (error) {
      if (!isWeirError(error) || error.code !== 'invalid_event') throw error;
      if (records.length > 1) {
        for (const record of records) await this.#sendBatch([record], send);
        return;
      }
      await this.#reject(records, error);
    }
  }

  async #reject(records: readonly OutgoingRecord[], error: WeirError): Promise<void> {
    const path = join(this.#options.directory, `${this.#stamp()}.rejected`);
    this.#options.logger.error({ err: error, path }, 'Kafka will never take a spooled event; it was kept');
    this.#options.onRejected?.();
    const file = await Segment.create(path);
    await file.write(records.map(encodeFrame));
    await file.close();
  }

  #nextPath(): string {
    return join(this.#options.directory, `${this.#stamp()}${SUFFIX}`);
  }

  #stamp(): string {
    this.#sequence += 1;
    return String(this.#sequence).padStart(12, '0');
  }

  #changed(): void {
    this.#options.onChange?.({ bytes: this.bytes, events: this.events });
  }
}
