import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GuardrailPolicyVersion } from '@weir/contracts';
import { silentLogger, testMetrics } from '@weir/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuardrailsSettings } from '../../guardrails.config.js';
import { sampleCatalogue } from '../compile/sample-catalogue.fixture.js';
import { PolicyStore } from './policy-store.service.js';
import type { PolicyRecord } from './policy-versions.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-policies-'));
  file('default.json', { name: 'default', version: 2, description: 'from the file' });
  file('none.json', { name: 'none' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));

const record = (name: string, version: number, more: object = {}): PolicyRecord => ({
  name,
  version,
  document: JSON.stringify({ name, description: `v${version}`, ...more }),
  author: 'operator',
  note: 'why',
  createdAtMs: 1,
});

function storeWith(stored: readonly PolicyRecord[] = []) {
  const metrics = testMetrics();
  let publish = (_data: GuardrailPolicyVersion): void => undefined;
  let closed = false;
  const bus = {
    readState: async (_event: unknown, onState: (change: { data: GuardrailPolicyVersion }) => void) => {
      publish = (data) => onState({ data });
      return { [Symbol.asyncDispose]: async () => void (closed = true) };
    },
  };
  const store = new PolicyStore(
    { policyDirectory: folder, maxTextChars: 1_000 } as GuardrailsSettings,
    sampleCatalogue,
    { newest: async () => stored } as never,
    bus as never,
    silentLogger,
    metrics,
  );
  const event = ({ createdAtMs: created_at, ...fields }: PolicyRecord): GuardrailPolicyVersion => ({
    ...fields,
    created_at,
    policy_key: `${fields.name}@${fields.version}`,
    sha256: '',
  });
  return { store, metrics, publish: (one: PolicyRecord) => publish(event(one)), closed: () => closed };
}

const described = (store: PolicyStore, ...names: string[]) => store.resolve(names).description;

describe('PolicyStore', () => {
  it('has the policies that come with Weir, the empty name being the default', () => {
    const { store } = storeWith();
    expect(store.resolve([])).toMatchObject({ name: 'default', version: 2 });
    expect(store.resolve([''])).toBe(store.resolve(['default']));
    expect(store.list().map(({ versions }) => versions)).toEqual([['default@2'], ['none@1']]);
    expect(() => store.resolve(['nobody'])).toThrow(expect.objectContaining({ code: 'failed_precondition' }));
  });

  it('does not start with a policy of its own that does not compile', () => {
    file('broken.json', { name: 'broken', rules: [{ check: 'nothing', action: 'mask' }] });
    expect(() => storeWith()).toThrow(/broken: Policy: rules\.0\.check/);
    file('broken.json', { version: 1 });
    expect(() => storeWith()).toThrow(/broken\.json is not a policy/);
  });

  it('has the published ones of the database at the start, and those of the topic from then on', async () => {
    const { store, publish, closed } = storeWith([record('default', 3), record('none', 1, { description: 'late' })]);
    await store.onModuleInit();
    expect([described(store, 'default'), described(store, 'none')]).toEqual(['v3', '']);
    publish(record('default', 4));
    publish(record('other', 1));
    expect([described(store, 'default'), described(store, 'other')]).toEqual(['v4', 'v1']);
    await store.onApplicationShutdown();
    expect(closed()).toBe(true);
  });

  it('keeps the highest version whatever the order, and never changes one', async () => {
    const { store, publish } = storeWith();
    await store.onModuleInit();
    for (const version of [5, 3, 4]) publish(record('default', version));
    publish(record('default', 5, { description: 'changed' }));
    expect(described(store, 'default')).toBe('v5');
  });

  it('pins versions, compiled once', async () => {
    const { store, publish } = storeWith();
    await store.onModuleInit();
    for (const version of [3, 4]) publish(record('default', version));
    expect(described(store, 'default@3')).toBe('v3');
    expect(store.resolve(['default@3'])).toBe(store.resolve(['default@3']));
    expect(store.resolve(['default@4'])).toBe(store.resolve(['default']));
    expect(described(store, 'default@2')).toBe('from the file');
    for (const name of ['default@9', 'default@0', 'default@', '@3']) {
      expect(() => store.resolve([name])).toThrow(expect.objectContaining({ code: 'failed_precondition' }));
    }
  });

  it('keeps the version before when one does not compile here', async () => {
    const { store, publish, metrics } = storeWith();
    await store.onModuleInit();
    publish(record('default', 3, { rules: [{ check: 'of-the-future', action: 'mask' }] }));
    expect(store.resolve(['default']).version).toBe(2);
    expect(store.refused()).toMatchObject([{ name: 'default', version: 3 }]);
    expect(() => store.resolve(['default@3'])).toThrow(expect.objectContaining({ code: 'failed_precondition' }));
    expect((await metrics.render()).body).toContain('weir_guardrails_policies_refused_total 1');
    publish(record('default', 4));
    expect(store.resolve(['default']).version).toBe(4);
    expect(store.refused()).toEqual([]);
    expect((await metrics.render()).body).toMatch(/weir_guardrails_policy_version\{policy="default"\} 4/);
  });

  it('lets several decide together, composed once, anew when one of them changes', async () => {
    const { store, publish } = storeWith();
    await store.onModuleInit();
    publish(record('other', 1));
    const both = store.resolve(['default', 'other']);
    expect(both.versions).toEqual(['default@2', 'other@1']);
    expect(store.resolve(['default', 'other'])).toBe(both);
    publish(record('other', 2));
    expect(store.resolve(['', 'other']).versions).toEqual(['default@2', 'other@2']);
  });
});
