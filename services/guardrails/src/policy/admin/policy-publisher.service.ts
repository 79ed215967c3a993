import { Inject, Injectable } from '@nestjs/common';
import { RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { guardrailPolicy } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { isWeirError, WeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { canonicalJson } from '../compile/canonical-json.js';
import { parseDocument } from '../compile/read-document.js';
import { PolicyStore } from '../store/policy-store.service.js';
import type { PolicyRecord } from '../store/policy-versions.js';
import { policyMetrics } from '../store/policy.metrics.js';
import type { CompiledPolicy } from '../policy.js';
import { factsOf } from './policy-message.js';
import { PolicyRepository, type StoredPolicy } from './policy.repository.js';
import { routesTooTight } from './route-budget.js';

export interface Publication {
  /** The policy as JSON text. */
  readonly document: string;
  readonly note: string;
  readonly author: string;
  readonly traceparent: string | undefined;
}

/** Compiles, stores and announces policies: one transaction for the version and its event. */
@Injectable()
export class PolicyPublisher {
  readonly #metrics: Bound<typeof policyMetrics>;

  constructor(
    private readonly store: PolicyStore,
    private readonly repository: PolicyRepository,
    private readonly database: Database,
    private readonly registry: RegistrySnapshot,
    @Inject(SOURCE) private readonly source: Source,
    metrics: Metrics,
  ) {
    this.#metrics = metrics.bind(policyMetrics);
  }

  /**
   * Compiles a candidate as the version after the one in force, without storing it.
   * @throws WeirError `invalid_request` with the path of what is wrong.
   */
  check(document: string): CompiledPolicy {
    try {
      const compiled = this.store.compile(parseDocument(document), 1);
      const version = (this.store.inForce(compiled.name)?.version ?? 0) + 1;
      return { ...compiled, version, versions: [`${compiled.name}@${version}`] };
    } catch (error) {
      if (!isWeirError(error) || error.code !== 'invalid_configuration') throw error;
      const { message, param = 'document' } = error;
      throw new WeirError('invalid_request', message, { cause: error, param });
    }
  }

  /**
   * The next version of a policy, in force here when this resolves. A document that is in force already stays what it is.
   * @throws WeirError `invalid_request`, or `failed_precondition` when a route cannot wait as long as it holds text back.
   */
  async publish(publication: Publication): Promise<PolicyRecord> {
    const compiled = this.check(publication.document);
    this.#refuseTight(compiled);
    const document = JSON.stringify(parseDocument(publication.document));
    const record = await this.database.transaction(async (tx) => {
      await this.repository.lock(tx);
      const stored = await this.repository.newestOf(tx, compiled.name);
      const [builtIn] = this.store.builtIn(compiled.name).sort((one, other) => other.version - one.version);
      const before = (stored?.version ?? 0) > (builtIn?.version ?? 0) ? stored : builtIn;
      if (before && areEqual(before.document, document)) return before;
      return this.#add(
        tx,
        compiled,
        {
          name: compiled.name,
          version: (before?.version ?? 0) + 1,
          document,
          author: publication.author,
          note: publication.note,
          createdAtMs: this.source.now(),
        },
        publication.traceparent,
      );
    });
    // Here at once; on the other replicas when the event arrives.
    this.store.take(record);
    return record;
  }

  async #add(
    tx: Transaction,
    compiled: CompiledPolicy,
    record: PolicyRecord,
    traceparent: string | undefined,
  ): Promise<StoredPolicy> {
    const stored = { ...record, sha256: compiled.sha256, facts: factsOf(compiled) };
    const { name, version, document, author, note, createdAtMs: created_at, sha256 } = stored;
    await this.repository.add(tx, stored);
    const policy_key = `${name}@${version}`;
    const data = { policy_key, name, version, document, sha256, author, note, created_at };
    await tx.append(guardrailPolicy, data, { traceparent });
    this.#metrics.published.inc({ policy: name });
    return stored;
  }

  #refuseTight(policy: CompiledPolicy): void {
    if (!this.store.hasRoomFor(policy.name)) {
      throw new WeirError('failed_precondition', 'There are too many policies already.', { param: 'document' });
    }
    const tight = routesTooTight(this.registry.routes(), policy);
    if (tight.length === 0) return;
    const holdback = policy.maxHoldback === Infinity ? 'whole texts' : `up to ${policy.maxHoldback} characters`;
    const message = `It holds back ${holdback}, more than these routes allow: ${tight.slice(0, 20).join(', ')}.`;
    throw new WeirError('failed_precondition', message, { param: 'document', details: { routes: tight.length } });
  }
}

function areEqual(one: string, other: string): boolean {
  return canonicalJson(parseDocument(one)) === canonicalJson(parseDocument(other));
}
