import type { GuardrailContent } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { testMetrics } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import type { Action } from '../detector/verdict-words.js';
import { compilePolicy } from '../policy/compile-policy.js';
import { sampleCatalogue } from '../policy/compile/sample-catalogue.fixture.js';
import { composePolicies } from '../policy/compose-policies.js';
import type { CompiledPolicy } from '../policy/policy.js';
import { ContentSeal } from './content-seal.js';
import { MAX_REPLAYED, ReplayService, type Flip, type ReplayCounts } from './replay.service.js';
import type { RecordedInput, Redecide } from './redecide.js';

const policy = (name: string, version = 1) => compilePolicy({ name }, version, sampleCatalogue);
const inForce = new Map([
  ['default', policy('default', 2)],
  ['project', policy('project', 5)],
]);
const store = {
  inForce: (name: string) => inForce.get(name),
  resolve: ([name = '']: string[]) => {
    const found = [...inForce.values()].find(({ versions }) => versions[0] === name);
    if (!found) throw new WeirError('failed_precondition', 'not there');
    return found;
  },
  compose: (policies: [CompiledPolicy, ...CompiledPolicy[]]) => composePolicies(policies, sampleCatalogue.detectors),
};

const input = (text: string): RecordedInput => ({
  model: '',
  texts: [{ path: 'p', role: 'user', stage: 'input', text, tool: '', json: false }],
  context: [],
  facts: {},
});

const seal = new ContentSeal('pepper');
const content = async (id: string, more: Partial<GuardrailContent> = {}): Promise<GuardrailContent> => ({
  verdict_id: `v-${id}`,
  request_id: id,
  organization_id: 'o',
  project_id: 'p',
  policies: ['default@2'],
  stage: 'input',
  sealed: await seal.seal('p', input(id)),
  decided_at: 100,
  ...more,
});

function replays(events: readonly (GuardrailContent | undefined)[], redecide: Redecide) {
  async function* readHistory() {
    for (const data of events) yield data && { data };
  }
  return new ReplayService(
    store as never,
    { readHistory } as never,
    { redecide },
    { keyPepper: 'pepper' } as never,
    testMetrics(),
  );
}

const call = { signal: new AbortController().signal, principal: undefined };
const everything = { sinceMs: 0, projectId: '', organizationId: undefined };
/** Answers with who decided: a candidate blocks. */
const byVersion: Redecide = async ({ versions }) => ({
  action: versions.some((version) => version.endsWith('@9')) ? 'block' : 'allow',
  detectors: versions,
});

async function drained(running: AsyncGenerator<Flip, ReplayCounts>): Promise<{ flips: Flip[]; counts: ReplayCounts }> {
  const flips: Flip[] = [];
  let step = await running.next();
  for (; !step.done; step = await running.next()) flips.push(step.value);
  return { flips, counts: step.value };
}

describe('a replay of recorded inputs', () => {
  it('decides under the versions that decided, with the candidate in the place of its name', async () => {
    const events = [
      await content('alone'),
      await content('together', { policies: ['project@5', 'default@2'] }),
      await content('superseded', { policies: ['default@1'] }),
      await content('elsewhere', { policies: ['project@5'] }),
    ];
    const { flips, counts } = await drained(
      replays(events, byVersion).recorded(policy('default', 9), everything, call),
    );
    expect(flips.map(({ id, detectors }) => [id, ...detectors])).toEqual([
      ['alone', 'default@9'],
      ['together', 'project@5', 'default@9'],
      ['superseded', 'default@9'],
      ['elsewhere', 'default@9'],
    ]);
    expect(counts).toEqual({ replayed: 4, unreadable: 0 });
  });

  it('counts what it cannot read: broken records, other keys, unknown policies, checks that fail', async () => {
    const events = [
      undefined,
      await content('broken', { sealed: 'AAAA' }),
      await content('other key', { sealed: await new ContentSeal('other').seal('p', input('x')) }),
      await content('moved', { project_id: 'q' }),
      await content('unknown', { policies: ['nobody@1'] }),
      await content('nobody', { policies: [] }),
      await content('fails'),
      await content('fine'),
    ];
    const failing: Redecide = async (one, stage, recorded, context) => {
      if (recorded.texts[0]?.text === 'fails') throw new WeirError('guardrails_unavailable', 'away');
      return byVersion(one, stage, recorded, context);
    };
    const { flips, counts } = await drained(replays(events, failing).recorded(policy('default', 9), everything, call));
    expect(flips.map(({ id }) => id)).toEqual(['fine']);
    expect(counts).toEqual({ replayed: 1, unreadable: 7 });
  });

  it('looks only at what its caller may read, and asked for', async () => {
    const events = [
      await content('mine'),
      await content('early', { decided_at: 40 }),
      await content('theirs', { organization_id: 'o2' }),
      await content('beside', { project_id: 'q', sealed: await seal.seal('q', input('x')) }),
    ];
    const range = { sinceMs: 50, projectId: 'p', organizationId: 'o' };
    const { flips, counts } = await drained(replays(events, byVersion).recorded(policy('default', 9), range, call));
    expect(flips.map(({ id }) => id)).toEqual(['mine']);
    expect(counts).toEqual({ replayed: 1, unreadable: 0 });
  });
});

describe('a replay', () => {
  const given = (count: number) =>
    Array.from({ length: count }, (_, place) => ({ id: `${place}`, stage: 'input' as const, input: input('x') }));
  const policies = { candidate: policy('default', 9), baseline: policy('default', 2) };

  it('yields only what flips', async () => {
    const actions: Action[] = ['allow', 'allow', 'mask', 'block', 'flag', 'flag'];
    const inOrder: Redecide = async () => ({ action: actions.shift() ?? 'allow', detectors: [] });
    const { flips, counts } = await drained(replays([], inOrder).given(policies, given(3), call));
    expect(flips.map(({ id, before, after }) => [id, before, after])).toEqual([['1', 'mask', 'block']]);
    expect(counts).toEqual({ replayed: 3, unreadable: 0 });
  });

  it('is one at a time: the next begins when the one before ended, however it ended', async () => {
    const service = replays([], byVersion);
    const running = service.given(policies, given(3), call);
    await running.next();
    await expect(service.given(policies, given(1), call).next()).rejects.toMatchObject({ code: 'overloaded' });
    await running.return({ replayed: 0, unreadable: 0 });
    expect((await drained(service.given(policies, given(1), call))).counts.replayed).toBe(1);
  });

  it('ends when nobody waits for it any more', async () => {
    const leaving = new AbortController();
    const running = replays([], byVersion).given(policies, given(10), { ...call, signal: leaving.signal });
    await running.next();
    leaving.abort();
    await expect(running.next()).rejects.toThrow();
  });

  it('ends with an error of the program, which is not an input that cannot be read', async () => {
    const broken: Redecide = () => Promise.reject(new TypeError('a mistake'));
    await expect(replays([], broken).given(policies, given(1), call).next()).rejects.toThrow(/a mistake/);
  });

  it('takes no more inputs than it promises', async () => {
    const endless = Array.from({ length: MAX_REPLAYED + 5 });
    const { counts } = await drained(
      replays(endless as undefined[], byVersion).recorded(policy('default', 9), everything, call),
    );
    expect(counts).toEqual({ replayed: 0, unreadable: MAX_REPLAYED });
  });
});
