import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Readiness } from '@weir/bootstrap';
import type { DeploymentState, ModelVersionState, RegistryObject } from '@weir/contracts';
import { silentLogger } from '@weir/testing';
import { DeploymentsService } from './deployments.service.js';

const version = {
  kind: 'model_version',
  id: 'v',
  model_name: 'm',
  version: 1,
  artifacts: [],
} as unknown as ModelVersionState;

function wanted(id: string, more: object = {}): DeploymentState {
  const engine = { kind: 'llamacpp', slots: 1 };
  return {
    kind: 'deployment',
    id,
    name: id,
    model_name: 'm',
    version: 1,
    desired_state: 'running',
    engine,
    ...more,
  } as never;
}

/** The registry's state as the service sees it. */
class KnownRegistry {
  readonly deploymentsById = new Map<string, DeploymentState>();
  version: ModelVersionState | undefined = version;
  listener: (object: RegistryObject, deleted: boolean) => void = () => undefined;
  onChange = (listener: typeof this.listener) => {
    this.listener = listener;
    return () => (this.listener = () => undefined);
  };
  deployments = () => [...this.deploymentsById.values()];
  deployment = (id: string) => this.deploymentsById.get(id);
  modelVersion = () => this.version;

  put(deployment: DeploymentState): void {
    this.deploymentsById.set(deployment.id, deployment);
    this.listener(deployment, false);
  }

  delete(deployment: DeploymentState): void {
    this.deploymentsById.delete(deployment.id);
    this.listener(deployment, true);
  }
}

describe('DeploymentsService', () => {
  let registry: KnownRegistry;
  let log: string[];
  let service: DeploymentsService;
  const readiness = new Readiness();

  beforeEach(() => {
    registry = new KnownRegistry();
    log = [];
    const create = ({ id, engine }: DeploymentState) => {
      const name = `${id}/${engine.slots}`;
      log.push(`create ${name}`);
      const note = (what: string) => () => void log.push(`${what} ${name}`);
      const backend = { start: note('start'), stop: async () => note('stop')() };
      const status = { state: 'loading', reason: '' };
      const dispose = async () => note('dispose')();
      return {
        id,
        backend,
        status,
        report: note('report'),
        settled: async () => undefined,
        [Symbol.asyncDispose]: dispose,
      };
    };
    const events = { flushed: async () => void log.push('flushed') };
    service = new DeploymentsService(registry as never, { create } as never, events as never, readiness, silentLogger);
    service.onModuleInit();
  });

  const settle = () => vi.waitFor(async () => void (await new Promise((resolve) => setImmediate(resolve))));

  it('serves what is there and what comes', async () => {
    registry.put(wanted('a'));
    registry.put(wanted('b', { desired_state: 'stopped' }));
    await settle();
    expect(log).toEqual(['create a/1', 'start a/1', 'create b/1', 'report b/1']);
    expect(service.get('a').id).toBe('a');
    expect(readiness.problems()).toEqual([{ name: 'engines', reason: 'loading a, b' }]);
  });

  it('is not ready while an engine loads or restarts, but over an open breaker', async () => {
    for (const id of ['a', 'b', 'c']) registry.put(wanted(id));
    await settle();
    const [a, b, c] = service.all().map(({ status }) => status as { state: string });
    Object.assign(a ?? {}, { state: 'ready' });
    Object.assign(b ?? {}, { state: 'restarting' });
    expect(readiness.problems()).toEqual([{ name: 'engines', reason: 'loading c; restarting b' }]);
    for (const status of [b, c]) Object.assign(status ?? {}, { state: 'open' });
    expect(readiness.problems()).toEqual([]);
  });

  it('starts a refused one again when a report or an override comes, and leaves a running one alone', async () => {
    const decided = { quality_override: { reason: 'r', decided_by: 'operator', decided_at: 1 } };
    registry.put(wanted('a'));
    await settle();
    const status = service.get('a').status as { state: string };
    status.state = 'ready';
    registry.put(wanted('a', decided));
    await settle();
    expect(log).toEqual(['create a/1', 'start a/1']);
    status.state = 'failed';
    registry.put(wanted('a'));
    registry.put(wanted('a', decided));
    await settle();
    expect(log).toEqual(['create a/1', 'start a/1', 'start a/1']);
    registry.version = { ...version, quality_reports: [{ tokens: 1 }] } as never;
    registry.listener(registry.version as never, false);
    await settle();
    expect(log).toEqual(['create a/1', 'start a/1', 'start a/1', 'start a/1']);
  });

  it('waits for the model version', async () => {
    registry.version = undefined;
    registry.put(wanted('a'));
    await settle();
    expect(log).toEqual([]);
    expect(() => service.get('a')).toThrow(expect.objectContaining({ code: 'engine_unavailable' }));
    expect(() => service.get('b')).toThrow(expect.objectContaining({ code: 'not_found' }));
    registry.version = version;
    registry.listener(version, false);
    await settle();
    expect(log).toEqual(['create a/1', 'start a/1']);
  });

  it('follows the wish of the registry, and only a change of it', async () => {
    registry.put(wanted('a'));
    await settle();
    await service.unload('a');
    registry.put(wanted('a', { created_at: 5 }));
    await settle();
    registry.put(wanted('a', { desired_state: 'stopped' }));
    registry.put(wanted('a'));
    await settle();
    await service.load('a');
    expect(log.slice(2)).toEqual(['stop a/1', 'start a/1']);
    registry.put(wanted('a', { desired_state: 'stopped' }));
    await settle();
    expect(log.at(-1)).toBe('stop a/1');
  });

  it('replaces an engine whose definition changed, the old one first', async () => {
    registry.put(wanted('a'));
    await settle();
    registry.put(wanted('a', { engine: { kind: 'llamacpp', slots: 2 } }));
    await settle();
    expect(log.slice(2)).toEqual(['dispose a/1', 'create a/2', 'start a/2']);
  });

  it('ends what was deleted, and everything at the end', async () => {
    const [a, b] = [wanted('a'), wanted('b')];
    registry.put(a);
    registry.put(b);
    await settle();
    registry.delete(a);
    await settle();
    expect(log.at(-1)).toBe('dispose a/1');
    await service.onApplicationShutdown();
    expect(log.slice(-2)).toEqual(['dispose b/1', 'flushed']);
  });
});
