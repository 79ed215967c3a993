import type {
  ApiKeyState,
  DeploymentState,
  ModelState,
  ModelVersionState,
  OrganizationState,
  ProjectState,
  RegistryKind,
  RegistryObject,
  RegistryState,
  RouteState,
} from '@weir/contracts';
import { BoundedCache } from '../access/bounded-cache.js';

type OfKind<K extends RegistryKind> = Extract<RegistryObject, { kind: K }>;

/** What a change did to the index: the object before and after it. */
export interface IndexChange {
  readonly object: RegistryObject;
  readonly deleted: boolean;
}

/** How many deleted objects are remembered, so that a late repetition does not bring one back. */
const DELETED_REMEMBERED = 10_000;

/** The newest state of every registry object, with the look-ups of the request path in O(1). */
export class RegistryIndex {
  readonly #states = new Map<string, RegistryState>();
  readonly #deleted = new BoundedCache<string, number>(DELETED_REMEMBERED);
  readonly #hashes = new Map<string, ApiKeyState>();
  readonly #aliases = new Map<string, RouteState>();
  readonly #versions = new Map<string, ModelVersionState>();
  readonly #models = new Map<string, ModelState>();

  get size(): number {
    return this.#states.size;
  }

  states(): IterableIterator<RegistryState> {
    return this.#states.values();
  }

  /** Revision of a known object; undefined when there is none. */
  revisionOf(objectKey: string): number | undefined {
    return this.#states.get(objectKey)?.revision;
  }

  /** Takes a state unless a newer one is known. Undefined when nothing changed. */
  apply(state: RegistryState): IndexChange | undefined {
    const known = this.#states.get(state.object_key)?.revision ?? this.#deleted.get(state.object_key) ?? 0;
    if (state.revision <= known) return undefined;
    if (state.deleted) {
      this.#deleted.set(state.object_key, state.revision);
      return this.remove(state.object_key);
    }
    this.#unlink(state.object_key);
    this.#deleted.delete(state.object_key);
    this.#states.set(state.object_key, state);
    this.#link(state.object);
    return { object: state.object, deleted: false };
  }

  /** Takes an object out whose record is no longer in the topic. Should it be written again, any revision counts. */
  remove(objectKey: string): IndexChange | undefined {
    const known = this.#states.get(objectKey);
    if (!known) return undefined;
    this.#unlink(objectKey);
    this.#states.delete(objectKey);
    return { object: known.object, deleted: true };
  }

  byId<K extends RegistryKind>(kind: K, id: string): OfKind<K> | undefined {
    return this.#states.get(`${kind}/${id}`)?.object as OfKind<K> | undefined;
  }

  ofKind<K extends RegistryKind>(kind: K): OfKind<K>[] {
    const found: OfKind<K>[] = [];
    for (const { object } of this.#states.values()) if (object.kind === kind) found.push(object as OfKind<K>);
    return found;
  }

  apiKeyByHash = (hash: string): ApiKeyState | undefined => this.#hashes.get(hash);
  route = (alias: string): RouteState | undefined => this.#aliases.get(alias);
  routes = (): RouteState[] => [...this.#aliases.values()];
  model = (name: string): ModelState | undefined => this.#models.get(name);
  modelVersion = (name: string, version: number): ModelVersionState | undefined =>
    this.#versions.get(versionKey(name, version));
  deployment = (id: string): DeploymentState | undefined => this.byId('deployment', id);
  project = (id: string): ProjectState | undefined => this.byId('project', id);
  organization = (id: string): OrganizationState | undefined => this.byId('organization', id);

  #link(object: RegistryObject): void {
    if (object.kind === 'api_key') this.#hashes.set(object.hash, object);
    if (object.kind === 'route') this.#aliases.set(object.alias, object);
    if (object.kind === 'model') this.#models.set(object.name, object);
    if (object.kind === 'model_version') this.#versions.set(versionKey(object.model_name, object.version), object);
  }

  #unlink(objectKey: string): void {
    const object = this.#states.get(objectKey)?.object;
    if (object?.kind === 'api_key') forget(this.#hashes, object.hash, object);
    if (object?.kind === 'route') forget(this.#aliases, object.alias, object);
    if (object?.kind === 'model') forget(this.#models, object.name, object);
    if (object?.kind === 'model_version') {
      forget(this.#versions, versionKey(object.model_name, object.version), object);
    }
  }
}

const versionKey = (name: string, version: number) => `${name}/${version}`;

/** Another object may have taken the name over; then it stays. */
function forget<T>(map: Map<string, T>, key: string, value: T): void {
  if (map.get(key) === value) map.delete(key);
}
