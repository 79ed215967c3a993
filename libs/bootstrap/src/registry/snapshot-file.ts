import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pid } from 'node:process';
import { registryState, type RegistryState } from '@weir/contracts';
import type { Logger } from '@weir/telemetry';

const FORMAT = 1;

/** The last known registry state on disk, so that a restart without Kafka goes on serving. */
export class SnapshotFile implements AsyncDisposable {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #intervalMs: number;
  readonly #states: () => Iterable<RegistryState>;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly path: string;
    readonly logger: Logger;
    readonly states: () => Iterable<RegistryState>;
    /** Least time between two writes. */
    readonly intervalMs?: number;
  }) {
    this.#path = options.path;
    this.#logger = options.logger;
    this.#states = options.states;
    this.#intervalMs = options.intervalMs ?? 1_000;
  }

  /** The saved states; empty when there are none or they cannot be read. A state that is not valid is left out. */
  async load(): Promise<RegistryState[]> {
    const text = await readFile(this.#path, 'utf8').catch(() => undefined);
    if (text === undefined) return [];
    try {
      const saved: { format?: unknown; states?: unknown } = JSON.parse(text);
      if (saved.format !== FORMAT || !Array.isArray(saved.states)) return [];
      const read = saved.states.map((state) => registryState.data.safeParse(state));
      return read.flatMap((result) => (result.success ? [result.data] : []));
    } catch (error) {
      this.#logger.warn({ err: error, path: this.#path }, 'the saved registry snapshot cannot be read');
      return [];
    }
  }

  /** Asks for a write; many asks within the interval become one. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.#save(), this.#intervalMs).unref();
  }

  /** Writes what was asked for and not yet written. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#save();
    }
    await this.#writing;
  }

  #save(): void {
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() => this.#write())
      .catch((error: unknown) => {
        this.#logger.warn({ err: error, path: this.#path }, 'the registry snapshot could not be saved');
      });
  }

  async #write(): Promise<void> {
    const text = JSON.stringify({ format: FORMAT, states: [...this.#states()] });
    await mkdir(dirname(this.#path), { recursive: true });
    // Other processes of this machine may save the same state at the same time.
    const half = `${this.#path}.${pid}.new`;
    await writeFile(half, text, { mode: 0o600, flush: true });
    await rename(half, this.#path);
  }
}
