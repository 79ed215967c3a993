import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from '@weir/testing';
import { startConstellation, type Constellation } from '@weir/tools';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { get, post } from '../constellation/chat.js';

const CALLERS = 4;
const NOTICED_WITHIN_MS = 15_000;
const question = {
  model: 'smollm2',
  messages: [{ role: 'user', content: 'Name a river.' }],
  max_tokens: 8,
  temperature: 0,
};

describe('an engine that freezes, with another one behind the same route', () => {
  let weir: Constellation;
  let ids: readonly string[];

  beforeAll(async () => {
    weir = await startConstellation({ form: 'together' });
    ids = await withSecondDeployment(weir);
  });
  afterAll(() => weir?.[Symbol.asyncDispose]());

  it('is not ready within 15 s, is started again, and the other one answers', async () => {
    const ask = () =>
      post({ url: `${weir.httpUrl}/v1/chat/completions`, key: weir.seeded.admin.secret, body: question });
    for (let request = 0; request < 16; request++) expect((await ask()).status).toBe(200);

    const traffic = new AbortController();
    const statuses: number[] = [];
    const caller = async () => {
      while (!traffic.signal.aborted) {
        const answer = await ask().catch(() => ({ status: 0 }));
        statuses.push(answer.status);
      }
    };
    const callers = Array.from({ length: CALLERS }, caller);
    const [frozen] = enginesOf(weir.processOf('inference').pid ?? 0);
    process.kill(frozen ?? 0, 'SIGSTOP');
    const frozenAt = performance.now();

    const states = () => statesOf(weir, ids);
    await eventually(async () => (await get(`${weir.httpUrl}/readyz`)).status === 503, {
      timeoutMs: NOTICED_WITHIN_MS,
    });
    const noticed = await states();
    expect(performance.now() - frozenAt).toBeLessThan(NOTICED_WITHIN_MS);
    expect(noticed.toSorted()).toEqual(['ready', 'restarting']);
    expect((await ask()).status).toBe(200);

    await eventually(async () => (await states()).every((state) => state === 'ready'), { timeoutMs: 30_000 });
    traffic.abort();
    await Promise.all(callers);
    expect(enginesOf(weir.processOf('inference').pid ?? 0)).not.toContain(frozen);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await get(`${weir.httpUrl}/readyz`)).status).toBe(200);
  });
});

/** Serves the seeded model a second time, with half of the traffic of its route. */
async function withSecondDeployment({ control, seeded }: Constellation): Promise<string[]> {
  const { registry, engine } = control;
  const first = seeded.deployments.smollm2 ?? '';
  const { deployments } = await registry.listDeployments({ pageSize: 100 });
  const original = deployments.find(({ id }) => id === first);
  const { deployment } = await registry.createDeployment({
    name: 'smollm2-other',
    modelName: original?.modelName,
    version: original?.version,
    engine: original?.engine,
    desiredState: 'running',
  });
  const ids = [first, deployment?.id ?? ''];
  await eventually(
    async () => (await engine.listDeployments({})).deployments.filter(({ state }) => state === 'ready').length === 2,
    { timeoutMs: 60_000 },
  );
  const { routes } = await registry.listRoutes({});
  const route = routes.find(({ alias }) => alias === 'smollm2');
  const targets = ids.map((deploymentId) => ({ deploymentId, weight: 1 }));
  await registry.putRoute({ route: { ...route, targets } });
  return ids;
}

async function statesOf({ control }: Constellation, ids: readonly string[]): Promise<string[]> {
  const { deployments } = await control.engine.listDeployments({});
  return ids.map((id) => deployments.find(({ deploymentId }) => deploymentId === id)?.state ?? '');
}

/** The children of a process whose command line names the engine. */
function enginesOf(parent: number): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return ppid === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine');
    } catch {
      return false; // The process ended while it was looked at.
    }
  });
}
