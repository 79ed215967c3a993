import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LOGGER, Readiness, RegistrySnapshot } from '@weir/bootstrap';
import type { DeploymentState, ModelVersionState, RegistryObject } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import { InferenceEvents } from '../inference.events.js';
import { Deployment } from './deployment.js';
import { DeploymentFactory } from './deployment.factory.js';

interface Served {
  readonly deployment: Deployment;
  /** What the registry said when it was made; another text means another engine. */
  readonly spec: string;
  readonly desired: DeploymentState['desired_state'];
  /** What the quality policy judges by; a change may let a refused model serve, and never ends a running one. */
  readonly proof: string;
}

/** Keeps the deployments of this process as the registry wants them, one change of a deployment after the other. */
@Injectable()
export class DeploymentsService implements OnModuleInit, OnApplicationShutdown {
  private readonly served = new Map<string, Served>();
  private readonly changes = new Map<string, Promise<void>>();
  private stopFollowing: (() => void) | undefined;

  constructor(
    private readonly snapshot: RegistrySnapshot,
    private readonly factory: DeploymentFactory,
    private readonly events: InferenceEvents,
    private readonly readiness: Readiness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.stopFollowing = this.snapshot.onChange((object) => this.onRegistryChange(object));
    for (const { id } of this.snapshot.deployments()) this.reconcileLater(id);
    this.readiness.add('engines', () => this.unready());
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopFollowing?.();
    await Promise.all(this.changes.values());
    await Promise.all([...this.served.values()].map(({ deployment }) => deployment[Symbol.asyncDispose]()));
    await this.events.flushed();
  }

  all(): Deployment[] {
    return [...this.served.values()].map(({ deployment }) => deployment);
  }

  /** @throws WeirError `not_found`, or `engine_unavailable` while the registry's own state is not here yet */
  get(id: string): Deployment {
    const served = this.served.get(id);
    if (served) return served.deployment;
    if (this.snapshot.deployment(id)) {
      throw new WeirError('engine_unavailable', `Deployment ${id} is being set up.`, { retryAfterMs: 1_000 });
    }
    throw new WeirError('not_found', `There is no deployment ${id}.`);
  }

  /** Starts it whatever the registry wants, and resolves when it serves or cannot. */
  async load(id: string): Promise<Deployment> {
    const deployment = this.get(id);
    await this.inOrder(id, async () => deployment.backend.start());
    await deployment.settled();
    return deployment;
  }

  /** Ends it whatever the registry wants, until the registry wants something else. */
  async unload(id: string): Promise<Deployment> {
    const deployment = this.get(id);
    await this.inOrder(id, () => deployment.backend.stop());
    return deployment;
  }

  /** Engines that are on their way; one that stalled is ended and restarts. An open breaker is its deployment's matter. */
  private unready(): string | undefined {
    const reasons = (['loading', 'restarting'] as const).flatMap((state) => {
      const there = this.all().filter((deployment) => deployment.status.state === state);
      return there.length === 0 ? [] : [`${state} ${there.map(({ id }) => id).join(', ')}`];
    });
    return reasons.join('; ') || undefined;
  }

  private onRegistryChange(object: RegistryObject): void {
    if (object.kind === 'deployment') this.reconcileLater(object.id);
    if (object.kind !== 'model_version') return;
    const { model_name, version } = object;
    for (const deployment of this.snapshot.deployments()) {
      if (deployment.model_name === model_name && deployment.version === version) this.reconcileLater(deployment.id);
    }
  }

  private reconcileLater(id: string): void {
    this.inOrder(id, () => this.reconcile(id)).catch((error: unknown) =>
      this.logger.error({ err: error, deployment: id }, 'a deployment could not be changed'),
    );
  }

  private inOrder(id: string, change: () => Promise<void>): Promise<void> {
    const before = this.changes.get(id) ?? Promise.resolve();
    const after = before.catch(() => undefined).then(change);
    this.changes.set(
      id,
      after.catch(() => undefined),
    );
    return after;
  }

  private async reconcile(id: string): Promise<void> {
    const wanted = this.snapshot.deployment(id);
    const version = wanted && this.snapshot.modelVersion(wanted.model_name, wanted.version);
    const served = this.served.get(id);
    if (!wanted || !version) return this.remove(id);
    const spec = specOf(wanted, version);
    if (served?.spec === spec) return this.desire(served, wanted, proofOf(wanted, version));
    await this.remove(id);
    const deployment = this.factory.create(wanted, version);
    const proof = proofOf(wanted, version);
    this.served.set(id, { deployment, spec, desired: wanted.desired_state, proof });
    if (wanted.desired_state === 'running') deployment.backend.start();
    else deployment.report();
  }

  /** Only a change of the wish or of the proof counts, so that a load or unload by hand lasts until then. */
  private async desire(served: Served, wanted: DeploymentState, proof: string): Promise<void> {
    const { backend, status } = served.deployment;
    const mayServeNow = served.proof !== proof && status.state === 'failed' && wanted.desired_state === 'running';
    if (served.desired === wanted.desired_state && !mayServeNow) return;
    this.served.set(wanted.id, { ...served, desired: wanted.desired_state, proof });
    if (wanted.desired_state === 'running') backend.start();
    else await backend.stop();
  }

  private async remove(id: string): Promise<void> {
    const served = this.served.get(id);
    this.served.delete(id);
    await served?.deployment[Symbol.asyncDispose]();
  }
}

function specOf({ engine, name, model_name }: DeploymentState, version: ModelVersionState): string {
  return JSON.stringify({ engine, name, model_name, version: version.version, artifacts: version.artifacts });
}

function proofOf({ quality_override }: DeploymentState, { lineage, quality_reports }: ModelVersionState): string {
  return JSON.stringify({ quality_override, lineage, quality_reports });
}
