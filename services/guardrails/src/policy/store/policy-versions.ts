/** One version of a policy as it was written down. */
export interface PolicyRecord {
  readonly name: string;
  readonly version: number;
  /** JSON text, without the version. */
  readonly document: string;
  readonly author: string;
  readonly note: string;
  readonly createdAtMs: number;
}

export interface PolicyVersionsOptions {
  /** Most names. Default 1,000. */
  readonly maxNames?: number;
  /** Most characters of documents that are no longer the newest of their name. Default 64 Mi. */
  readonly maxSupersededChars?: number;
}

export type Taken = 'new' | 'known' | 'full';

/** Documents by name and version. Superseded ones go, oldest first, when they become too many; the newest ones stay. */
export class PolicyVersions {
  readonly #byName = new Map<string, Map<number, PolicyRecord>>();
  readonly #newest = new Map<string, PolicyRecord>();
  readonly #superseded = new Set<PolicyRecord>();
  readonly #options: Required<PolicyVersionsOptions>;
  #supersededChars = 0;

  constructor({ maxNames = 1_000, maxSupersededChars = 64 * 2 ** 20 }: PolicyVersionsOptions = {}) {
    this.#options = { maxNames, maxSupersededChars };
  }

  /** Whether one more name finds a place. */
  hasRoomFor(name: string): boolean {
    return this.#byName.has(name) || this.#byName.size < this.#options.maxNames;
  }

  /** A version that is known never changes. */
  add(record: PolicyRecord): Taken {
    if (!this.hasRoomFor(record.name)) return 'full';
    const versions = this.#byName.get(record.name) ?? new Map<number, PolicyRecord>();
    this.#byName.set(record.name, versions);
    if (versions.has(record.version)) return 'known';
    versions.set(record.version, record);
    const newest = this.#newest.get(record.name);
    if (newest && newest.version > record.version) this.#supersede(record);
    if (newest && newest.version < record.version) this.#supersede(newest);
    if (!newest || newest.version < record.version) this.#newest.set(record.name, record);
    return 'new';
  }

  newest(name: string): PolicyRecord | undefined {
    return this.#newest.get(name);
  }

  get(name: string, version: number): PolicyRecord | undefined {
    return this.#byName.get(name)?.get(version);
  }

  #supersede(record: PolicyRecord): void {
    this.#superseded.add(record);
    this.#supersededChars += record.document.length;
    for (const oldest of this.#superseded) {
      if (this.#supersededChars <= this.#options.maxSupersededChars) return;
      this.#superseded.delete(oldest);
      this.#supersededChars -= oldest.document.length;
      this.#byName.get(oldest.name)?.delete(oldest.version);
    }
  }
}
