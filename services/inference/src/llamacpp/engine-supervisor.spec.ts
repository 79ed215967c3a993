import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WeirError } from '@weir/errors';
import { silentLogger } from '@weir/testing';
import type { BackendStatus } from '../deployments/engine-backend.js';
import type { EngineReady } from './engine-child.client.js';
import { EngineSupervisor, type SupervisedChild } from './engine-supervisor.js';

const tokenizer = { bosToken: '', eosToken: '', padToken: '', unkToken: '', chatTemplate: '', vocabularySize: 2 };

class ScriptedChild implements SupervisedChild {
  isRunning = true;
  ended = 0;
  private readonly loading = Promise.withResolvers<EngineReady>();
  private readonly leaving = Promise.withResolvers<string>();
  readonly ready = this.loading.promise;
  readonly exited = this.leaving.promise;

  constructor() {
    this.ready.catch(() => undefined);
  }

  becomeReady(): void {
    this.loading.resolve({ contextTokens: 64, slots: 2, loadMs: 1, device: 'cpu', tokenizer });
  }

  refuseToLoad(error: WeirError): void {
    this.loading.reject(error);
  }

  die(reason = 'gone'): void {
    this.isRunning = false;
    this.loading.reject(new WeirError('engine_failed', reason));
    this.leaving.resolve(reason);
  }

  async end(): Promise<void> {
    this.ended++;
    this.die('ended');
  }
}

const weights = { path: '/model', sha256: 'abc' };

function supervise(verify: () => Promise<typeof weights> = async () => weights) {
  const children: ScriptedChild[] = [];
  const history: BackendStatus[] = [];
  const onReady = vi.fn();
  const supervisor = new EngineSupervisor({
    version: 'm/1',
    verify,
    spawn: () => {
      const child = new ScriptedChild();
      children.push(child);
      return child;
    },
    random: () => 1,
    logger: silentLogger,
    onReady,
    onStatus: (status) => history.push(status),
  });
  const states = () => history.map(({ state }) => state);
  return { supervisor, children, history, states, onReady };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('EngineSupervisor', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('verifies, starts and tells when it is ready', async () => {
    const { supervisor, children, states, onReady } = supervise();
    supervisor.start();
    supervisor.start();
    await settle();
    expect(children).toHaveLength(1);
    children[0]!.becomeReady();
    await settle();
    expect(states()).toEqual(['loading', 'ready']);
    expect(supervisor.sha256).toBe('abc');
    expect(onReady).toHaveBeenCalledOnce();
  });

  it('starts nothing from files that do not match', async () => {
    const mismatch = new WeirError('artifact_mismatch', 'other digest');
    const { supervisor, children, history } = supervise(() => Promise.reject(mismatch));
    supervisor.start();
    await settle();
    expect(children).toHaveLength(0);
    expect(history.at(-1)).toEqual({ state: 'failed', reason: 'artifact_mismatch: other digest' });
    expect(supervisor.sha256).toBe('');
  });

  it('starts a dead engine again within its backoff, and waits longer while it does not come up', async () => {
    const { supervisor, children, states } = supervise();
    supervisor.start();
    await settle();
    children[0]!.becomeReady();
    await settle();
    children[0]!.die();
    await settle();
    expect(states()).toEqual(['loading', 'ready', 'restarting']);
    await vi.advanceTimersByTimeAsync(500);
    expect(children).toHaveLength(2);
    children[1]!.die();
    await vi.advanceTimersByTimeAsync(999);
    expect(children).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(children).toHaveLength(3);
    children[2]!.becomeReady();
    await settle();
    expect(supervisor.status.state).toBe('ready');
  });

  it('gives up on an engine that never comes up, until it is asked again', async () => {
    const { supervisor, children } = supervise();
    supervisor.start();
    await settle();
    for (let start = 0; start < 5; start++) {
      children.at(-1)!.die(`start ${start}`);
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(children).toHaveLength(5);
    expect(supervisor.status).toEqual({ state: 'failed', reason: 'engine_failed: start 4' });
    supervisor.start();
    await settle();
    expect(children).toHaveLength(6);
  });

  it('does not repeat a load that the engine refused for a reason', async () => {
    const { supervisor, children } = supervise();
    supervisor.start();
    await settle();
    children[0]!.refuseToLoad(new WeirError('insufficient_memory', 'too large'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children).toHaveLength(1);
    expect(children[0]!.ended).toBe(1);
    expect(supervisor.status).toEqual({ state: 'failed', reason: 'insufficient_memory: too large' });
  });

  it.each(['loading', 'ready', 'restarting'] as const)('stops while %s, and can start again', async (phase) => {
    const { supervisor, children } = supervise();
    supervisor.start();
    await settle();
    if (phase !== 'loading') children[0]!.becomeReady();
    await settle();
    if (phase === 'restarting') children[0]!.die();
    await settle();
    expect(supervisor.status.state).toBe(phase);
    await supervisor.stop();
    expect(supervisor.status).toEqual({ state: 'unloaded', reason: '' });
    expect(children[0]!.isRunning).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children).toHaveLength(1);
    supervisor.start();
    await settle();
    expect(children).toHaveLength(2);
  });
});
