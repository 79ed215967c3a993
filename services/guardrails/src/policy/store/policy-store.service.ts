import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { BoundedCache, LOGGER } from '@weir/bootstrap';
import { guardrailPolicy, type GuardrailPolicyVersion } from '@weir/contracts';
import { asWeirError, WeirError } from '@weir/errors';
import { KafkaBus } from '@weir/kafka';
import { Metrics, type Bound, type Logger } from '@weir/telemetry';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../../guardrails.config.js';
import { PolicyRepository } from '../admin/policy.repository.js';
import { CHECK_CATALOGUE, type CheckCatalogue } from '../check-catalogue.js';
import { compilePolicy } from '../compile-policy.js';
import { parseDocument } from '../compile/read-document.js';
import { composePolicies } from '../compose-policies.js';
import { readPolicyFiles } from './policy-files.js';
import { policyMetrics } from './policy.metrics.js';
import { PolicyVersions, type PolicyRecord } from './policy-versions.js';
import type { CompiledPolicy } from '../policy.js';

/** A version that does not compile on this replica, while the one before it stays in force. */
export interface RefusedVersion {
  readonly name: string;
  readonly version: number;
  readonly reason: string;
}

const MAX_PINNED = 64;
const MAX_COMPOSED = 64;
const NAMED = /^(.+)@(\d{1,9})$/;

/**
 * The policies in force on this replica, ready to run: those that come with Weir, and published ones from the database
 * at the start and from their topic from then on. Decisions need neither of the two.
 */
@Injectable()
export class PolicyStore implements OnModuleInit, OnApplicationShutdown {
  readonly #versions = new PolicyVersions();
  readonly #builtIn: readonly PolicyRecord[];
  readonly #inForce = new Map<string, CompiledPolicy>();
  readonly #refused = new Map<string, RefusedVersion>();
  readonly #pinned = new BoundedCache<string, CompiledPolicy | WeirError>(MAX_PINNED);
  readonly #composed = new BoundedCache<string, CompiledPolicy>(MAX_COMPOSED);
  readonly #metrics: Bound<typeof policyMetrics>;
  #reader: AsyncDisposable | undefined;

  /** @throws WeirError `invalid_configuration` when a policy that comes with Weir does not compile. */
  constructor(
    @Inject(GUARDRAILS_SETTINGS) settings: GuardrailsSettings,
    @Inject(CHECK_CATALOGUE) private readonly catalogue: CheckCatalogue,
    private readonly repository: PolicyRepository,
    private readonly bus: KafkaBus,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(policyMetrics);
    this.#builtIn = readPolicyFiles(settings.policyDirectory);
    for (const record of this.#builtIn) {
      this.take(record);
      const refused = this.#refused.get(record.name);
      if (refused) throw new WeirError('invalid_configuration', `${record.name}: ${refused.reason}`);
    }
  }

  async onModuleInit(): Promise<void> {
    // A replica that starts while Kafka is away must not fall back to the policies of the installation.
    for (const record of await this.repository.newest()) this.take(record);
    this.#reader = await this.bus.readState(guardrailPolicy, (change) => {
      if (!('tombstone' in change)) this.take(recordOf(change.data));
    });
    this.logger.info({ policies: this.list().map(({ versions }) => versions[0]) }, 'guardrail policies in force');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#reader?.[Symbol.asyncDispose]();
  }

  /** Puts a version into force if it is the highest of its name and compiles here. */
  take(record: PolicyRecord): void {
    const { name, version } = record;
    const taken = this.#versions.add(record);
    if (taken === 'full') this.#refuse(record, 'there are too many policies');
    if (taken !== 'new' || (this.#inForce.get(name)?.version ?? 0) >= version) return;
    try {
      this.#inForce.set(name, this.#compile(record));
      this.#refused.delete(name);
      this.#metrics.inForce.set({ policy: name }, version);
    } catch (error) {
      this.#refuse(record, asWeirError(error).message);
    }
  }

  /**
   * The policies of these names, deciding together. A name alone means the version in force, `name@version` a fixed one,
   * and the empty name `default`.
   * @throws WeirError `failed_precondition` for one that is not there: nothing passes unchecked by mistake.
   */
  resolve(names: readonly string[]): CompiledPolicy {
    const [first, ...others] = names.map((name) => this.#named(name));
    if (!first) return this.#named('');
    return others.length ? this.compose([first, ...others]) : first;
  }

  /** @throws WeirError `failed_precondition` when they cannot decide together. */
  compose(policies: readonly [CompiledPolicy, ...CompiledPolicy[]]): CompiledPolicy {
    // Not by their versions alone: a candidate of a replay has none of its own.
    const key = policies.map(({ versions, sha256 }) => `${versions.join()}:${sha256}`).join('\n');
    const composed = this.#composed.get(key) ?? composePolicies(policies, this.catalogue.detectors);
    this.#composed.set(key, composed);
    return composed;
  }

  /** The policies in force. */
  list(): CompiledPolicy[] {
    return [...this.#inForce.values()];
  }

  /** Versions that do not compile on this replica. */
  refused(): RefusedVersion[] {
    return [...this.#refused.values()];
  }

  /** The version in force of a name. */
  inForce(name: string): CompiledPolicy | undefined {
    return this.#inForce.get(name);
  }

  /** The documents of a name that come with Weir. */
  builtIn(name: string): PolicyRecord[] {
    return this.#builtIn.filter((record) => record.name === name);
  }

  hasRoomFor(name: string): boolean {
    return this.#versions.hasRoomFor(name);
  }

  /** @throws WeirError `invalid_configuration` with the path of the mistake. */
  compile(document: unknown, version: number): CompiledPolicy {
    return compilePolicy(document, version, this.catalogue);
  }

  #compile({ document, version }: PolicyRecord): CompiledPolicy {
    return this.compile(parseDocument(document), version);
  }

  #named(name: string): CompiledPolicy {
    const policy = this.#inForce.get(name || 'default') ?? this.#pinnedVersion(name);
    if (policy) return policy;
    throw new WeirError('failed_precondition', `There is no guardrail policy ${JSON.stringify(name)}.`, {
      param: 'policy',
    });
  }

  #pinnedVersion(text: string): CompiledPolicy | undefined {
    const [, name = '', version = ''] = NAMED.exec(text) ?? [];
    const inForce = this.#inForce.get(name);
    if (inForce?.version === Number(version)) return inForce;
    const record = this.#versions.get(name, Number(version));
    if (!record) return undefined;
    const compiled = this.#pinned.get(text) ?? this.#compiledOnce(record);
    this.#pinned.set(text, compiled);
    if (compiled instanceof WeirError) throw compiled;
    return compiled;
  }

  /** A version that does not compile is not tried again for every request. */
  #compiledOnce(record: PolicyRecord): CompiledPolicy | WeirError {
    try {
      return this.#compile(record);
    } catch (error) {
      const reason = `The guardrail policy ${record.name}@${record.version} does not compile here.`;
      return new WeirError('failed_precondition', reason, { cause: error, param: 'policy' });
    }
  }

  #refuse({ name, version }: PolicyRecord, reason: string): void {
    // Bounded as the names are: one version of each.
    if (this.#versions.hasRoomFor(name)) this.#refused.set(name, { name, version, reason });
    this.#metrics.refused.inc();
    this.logger.error({ policy: `${name}@${version}`, reason }, 'a guardrail policy is refused; the one before stays');
  }
}

function recordOf({ name, version, document, author, note, created_at }: GuardrailPolicyVersion): PolicyRecord {
  return { name, version, document, author, note, createdAtMs: created_at };
}
