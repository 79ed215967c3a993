import type {
  ApiKeyState,
  DeploymentState,
  ModelState,
  ModelVersionState,
  OrganizationState,
  ProjectState,
  RegistryObject,
  RegistryState,
  RouteState,
  WeirEvent,
} from '@weir/contracts';
import type { Logger } from '@weir/telemetry';
import { RegistryIndex, type IndexChange } from './registry-index.js';
import { SnapshotFile } from './snapshot-file.js';

export type RegistryListener = (object: RegistryObject, deleted: boolean) => void;

/** A record of the state topic, or the key of one that was deleted from it. */
export type StateRecord = WeirEvent<RegistryState> | { readonly tombstone: string };

/** Where the snapshot reads from: resolves to a reader whose `ready` is the end of the topic as seen at the start. */
export type StateFeed = (onState: (record: StateRecord) => void) => Promise<AsyncDisposable & { ready: Promise<void> }>;

export interface RegistrySnapshotOptions {
  readonly logger: Logger;
  /** File that keeps the snapshot over a restart. */
  readonly path: string;
  /** How long the topic is waited for before a snapshot from disk counts as ready. Default 3,000 ms. */
  readonly graceMs?: number;
}

/**
 * Everything the registry knows, in memory, one per process; the request path reads only this. Comes from the compacted
 * topic `weir.registry.state.v1`, or from disk while Kafka is away.
 */
export class RegistrySnapshot implements AsyncDisposable {
  /** Resolves when the topic was read to its end, or a snapshot from disk has to do. */
  readonly ready: Promise<void>;
  readonly #index = new RegistryIndex();
  readonly #file: SnapshotFile;
  readonly #logger: Logger;
  readonly #graceMs: number;
  readonly #listeners = new Set<RegistryListener>();
  readonly #resolveReady: () => void;
  #seen: Set<string> | undefined = new Set();
  #reader: AsyncDisposable | undefined;
  #grace: NodeJS.Timeout | undefined;
  #isReady = false;

  constructor(options: RegistrySnapshotOptions) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#resolveReady = resolve;
    this.#logger = options.logger;
    this.#graceMs = options.graceMs ?? 3_000;
    this.#file = new SnapshotFile({
      path: options.path,
      logger: options.logger,
      states: () => this.#index.states(),
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Loads what disk has and follows the topic from its start. */
  async follow(feed: StateFeed): Promise<void> {
    for (const state of await this.#file.load()) this.#announce(this.#index.apply(state));
    if (this.#index.size > 0) this.#grace = setTimeout(() => this.#becomeReady('disk'), this.#graceMs).unref();
    const reader = await feed((record) => this.#take(record));
    this.#reader = reader;
    void reader.ready.then(
      () => this.#caughtUp(),
      (error: unknown) => this.#logger.error({ err: error }, 'the registry state topic cannot be read'),
    );
  }

  apiKey(id: string): ApiKeyState | undefined {
    return this.#index.byId('api_key', id);
  }

  apiKeyByHash(hash: string): ApiKeyState | undefined {
    return this.#index.apiKeyByHash(hash);
  }

  route(alias: string): RouteState | undefined {
    return this.#index.route(alias);
  }

  routes(): RouteState[] {
    return this.#index.routes();
  }

  deployment(id: string): DeploymentState | undefined {
    return this.#index.deployment(id);
  }

  deployments(): DeploymentState[] {
    return this.#index.ofKind('deployment');
  }

  model(name: string): ModelState | undefined {
    return this.#index.model(name);
  }

  modelVersion(name: string, version: number): ModelVersionState | undefined {
    return this.#index.modelVersion(name, version);
  }

  project(id: string): ProjectState | undefined {
    return this.#index.project(id);
  }

  organization(id: string): OrganizationState | undefined {
    return this.#index.organization(id);
  }

  /** Revision of an object by its key `kind/id`; undefined when there is no such object. */
  revisionOf(objectKey: string): number | undefined {
    return this.#index.revisionOf(objectKey);
  }

  /** Calls the listener after each change, in the order of the topic. Returns what ends it. */
  onChange(listener: RegistryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#grace);
    this.#listeners.clear();
    await this.#reader?.[Symbol.asyncDispose]();
    await this.#file[Symbol.asyncDispose]();
  }

  #take(record: StateRecord): void {
    if ('tombstone' in record) return this.#announce(this.#index.remove(record.tombstone));
    this.#seen?.add(record.data.object_key);
    this.#announce(this.#index.apply(record.data));
  }

  #announce(change: IndexChange | undefined): void {
    if (!change) return;
    this.#file.changed();
    for (const listener of this.#listeners) {
      try {
        listener(change.object, change.deleted);
      } catch (error) {
        this.#logger.error(
          { err: error, kind: change.object.kind, id: change.object.id },
          'a registry listener failed',
        );
      }
    }
  }

  /** What disk knew and the topic no longer has was deleted meanwhile. An empty topic is a new one, not a deletion. */
  #caughtUp(): void {
    const seen = this.#seen;
    this.#seen = undefined;
    if (seen?.size) {
      const gone = [...this.#index.states()].filter((state) => !seen.has(state.object_key));
      for (const { object_key } of gone) this.#announce(this.#index.remove(object_key));
    }
    this.#becomeReady('topic');
  }

  #becomeReady(from: 'topic' | 'disk'): void {
    clearTimeout(this.#grace);
    if (this.#isReady) return;
    this.#isReady = true;
    this.#logger.info({ from, objects: this.#index.size }, 'registry snapshot is ready');
    this.#resolveReady();
  }
}
