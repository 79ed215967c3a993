import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LOGGER, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { registryState } from '@weir/contracts';
import { Database } from '@weir/database';
import { KafkaBus } from '@weir/kafka';
import { backoffMs, sleep } from '@weir/resilience';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { registryStateOf } from '../registry.events.js';
import { registryMetrics } from '../registry.metrics.js';
import { missingStates } from './missing-states.js';
import { StatesRepository, type ObjectRevision } from './states.repository.js';

const RETRY = { baseMs: 500, capMs: 30_000 };

/**
 * A new or restored Kafka beside an old database would leave every consumer blind. At start the state topic is read to
 * its end once, and each object that is missing there, or old, is announced again through the outbox.
 */
@Injectable()
export class StateRecoveryService implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #bus: KafkaBus;
  readonly #database: Database;
  readonly #states: StatesRepository;
  readonly #metrics: Bound<typeof registryMetrics>;
  readonly #logger: Logger;
  readonly #source: Source;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    bus: KafkaBus,
    database: Database,
    states: StatesRepository,
    metrics: Metrics,
    @Inject(LOGGER) logger: Logger,
    @Inject(SOURCE) source: Source,
  ) {
    this.#bus = bus;
    this.#database = database;
    this.#states = states;
    this.#metrics = metrics.bind(registryMetrics);
    this.#logger = logger;
    this.#source = source;
  }

  /** Runs beside the service: it waits for as long as Kafka is away, and admin calls work meanwhile. */
  onApplicationBootstrap(): void {
    this.#running = this.#recoverInTheEnd();
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  /** Returns how many objects were announced again. */
  async recover(): Promise<number> {
    const published = await this.#publishedRevisions();
    if (!published) return 0;
    const missing = missingStates(await this.#states.revisions(this.#database), published);
    for (const object of missing) {
      if (this.#stopped.signal.aborted) break;
      await this.#announce(object);
    }
    return missing.length;
  }

  async #recoverInTheEnd(): Promise<void> {
    const { signal } = this.#stopped;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const count = await this.recover();
        this.#logger.info({ count }, 'objects that the state topic missed were announced again');
        return;
      } catch (error) {
        this.#logger.warn({ err: error, attempt }, 'the state topic could not be completed yet');
        await this.#pause(backoffMs(attempt, { ...RETRY, random: () => this.#source.random() }));
      }
    }
  }

  /** Ends early, and without an error, when the service stops. */
  #pause(ms: number): Promise<void> {
    const { signal } = this.#stopped;
    return Promise.race([sleep(ms, signal).catch(() => undefined), aborted(signal)]);
  }

  /** Newest revision of each object on the topic; undefined when the service stops before its end is reached. */
  async #publishedRevisions(): Promise<ReadonlyMap<string, number> | undefined> {
    const revisions = new Map<string, number>();
    await using reader = await this.#bus.readState(registryState, (state) => {
      if ('tombstone' in state) revisions.delete(state.tombstone);
      else revisions.set(state.data.object_key, state.data.revision);
    });
    await Promise.race([reader.ready, aborted(this.#stopped.signal)]);
    return this.#stopped.signal.aborted ? undefined : revisions;
  }

  async #announce(object: ObjectRevision): Promise<void> {
    await this.#database.transaction(async (tx) => {
      const stored = await this.#states.readLocked(tx, object);
      if (stored) await tx.append(registryState, registryStateOf(stored));
    });
    this.#metrics.republished.inc({ kind: object.kind });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
