import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { auditRecorded, registryChanged, registryState } from '@weir/contracts';
import { Database, type Transaction } from '@weir/database';
import { isWeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { refusal, type Attempt, type Target } from '../access/attempt.js';
import type { Decision } from '../access/policy.js';
import { auditRecordedOf, registryChangedOf, registryStateOf, targetOf } from '../registry.events.js';
import { registryMetrics } from '../registry.metrics.js';
import type { Stored } from './stored.js';

/** What the work of one attempt did. `none`: the object was so already, and nothing is announced. */
export interface Change<S extends Stored> {
  readonly change: 'created' | 'updated' | 'deleted' | 'none';
  readonly stored: S;
}

const ALLOWED: Decision = { allowed: true };

/** Every change goes through here: one transaction for the rows, the new state, the change and its audit. */
@Injectable()
export class AdminChanges {
  readonly #database: Database;
  readonly #source: Source;
  readonly #metrics: Bound<typeof registryMetrics>;

  constructor(database: Database, @Inject(SOURCE) source: Source, metrics: Metrics) {
    this.#database = database;
    this.#source = source;
    this.#metrics = metrics.bind(registryMetrics);
  }

  /** Records a refusal, then throws it. */
  async permit(attempt: Attempt, target: Target, decision: Decision): Promise<void> {
    if (decision.allowed) return;
    this.#metrics.refusals.inc({ action: attempt.action });
    await this.#database.transaction((tx) => this.#audit(tx, attempt, target, decision));
    throw refusal(decision, target);
  }

  /** The work changes rows first: their locks put the events of one object into the order of its revisions. */
  async commit<S extends Stored>(attempt: Attempt, work: (tx: Transaction) => Promise<Change<S>>): Promise<S> {
    try {
      const done = await this.#database.transaction(async (tx) => {
        const change = await work(tx);
        if (change.change !== 'none') await this.#announce(tx, attempt, change);
        return change;
      });
      this.#count(done);
      return done.stored;
    } catch (error) {
      if (isWeirError(error) && error.code === 'revision_conflict') {
        this.#metrics.conflicts.inc({ action: attempt.action });
      }
      throw error;
    }
  }

  async #announce(tx: Transaction, attempt: Attempt, { change, stored }: Change<Stored>): Promise<void> {
    if (change === 'none') return;
    const options = { traceparent: attempt.traceparent };
    const changed = registryChangedOf(attempt, stored, { change, atMs: this.#source.now() });
    await tx.append(registryState, registryStateOf(stored), options);
    await tx.append(registryChanged, changed, options);
    await this.#audit(tx, attempt, targetOf(stored.object), ALLOWED);
  }

  async #audit(tx: Transaction, attempt: Attempt, target: Target, decision: Decision): Promise<void> {
    const judged = { decision, id: this.#source.uuid(), atMs: this.#source.now() };
    await tx.append(auditRecorded, auditRecordedOf(attempt, target, judged), { traceparent: attempt.traceparent });
  }

  #count({ change, stored }: Change<Stored>): void {
    if (change !== 'none') this.#metrics.changes.inc({ kind: stored.object.kind, change });
  }
}
