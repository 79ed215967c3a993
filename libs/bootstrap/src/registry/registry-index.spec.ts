import type { ApiKeyState, RegistryObject, RegistryState, RouteState } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RegistryIndex } from './registry-index.js';

const state = (object: RegistryObject, revision: number, deleted = false): RegistryState => ({
  object_key: `${object.kind}/${object.id}`,
  revision,
  deleted,
  object,
});

const route = (id: string, alias: string): RouteState => ({
  kind: 'route',
  id,
  alias,
  targets: [{ deployment_id: 'd1', weight: 1 }],
  policy: 'default',
  on_guardrails_error: 'closed',
  organization_id: '',
  project_ids: [],
  stage_policies: {},
  max_holdback_chars: 0,
  on_blocked_input: 'error',
  created_at: 0,
});

const key = (id: string, hash: string): ApiKeyState => ({
  kind: 'api_key',
  id,
  organization_id: 'o1',
  project_id: 'p1',
  name: 'key',
  prefix: 'weir_test_abcd',
  hash,
  scopes: ['inference'],
  role: 'member',
  on_billing_error: 'closed',
  created_at: 0,
  expires_at: 0,
  revoked_at: 0,
});

describe('RegistryIndex', () => {
  it('finds objects by what the request path asks for', () => {
    const index = new RegistryIndex();
    const version = {
      kind: 'model_version',
      id: 'v1',
      model_name: 'smol',
      version: 3,
      format: 'gguf',
      source: '',
      quantization: 'Q4_1',
      context_tokens: 2048,
      artifacts: [],
      created_at: 0,
    } as const;
    const model = {
      kind: 'model',
      id: 'm1',
      name: 'smol',
      description: '',
      license: '',
      aliases: {},
      created_at: 0,
    } as const;
    for (const object of [
      route('r1', 'chat'),
      key('k1', 'aa'),
      { ...version, artifacts: [], quality_reports: [] },
      { ...model, aliases: {} },
    ]) {
      index.apply(state(object, 1));
    }
    expect(index.route('chat')?.id).toBe('r1');
    expect(index.routes()).toHaveLength(1);
    expect(index.apiKeyByHash('aa')?.id).toBe('k1');
    expect(index.byId('api_key', 'k1')?.hash).toBe('aa');
    expect(index.modelVersion('smol', 3)?.id).toBe('v1');
    expect(index.modelVersion('smol', 4)).toBeUndefined();
    expect(index.model('smol')?.id).toBe('m1');
    expect(index.ofKind('route')).toHaveLength(1);
    expect(index.project('p1')).toBeUndefined();
  });

  it('drops the old name of an object that was renamed', () => {
    const index = new RegistryIndex();
    index.apply(state(route('r1', 'old'), 1));
    index.apply(state(route('r1', 'new'), 2));
    expect(index.route('old')).toBeUndefined();
    expect(index.route('new')?.id).toBe('r1');
  });

  it('keeps a name that another object took over, when the first one goes', () => {
    const index = new RegistryIndex();
    index.apply(state(route('r1', 'chat'), 1));
    index.apply(state(route('r2', 'chat'), 1));
    index.apply(state(route('r1', 'chat'), 2, true));
    expect(index.route('chat')?.id).toBe('r2');
  });

  it('does not bring a deleted object back when an older state is repeated', () => {
    const index = new RegistryIndex();
    index.apply(state(key('k1', 'aa'), 1));
    expect(index.apply(state(key('k1', 'aa'), 2, true))).toMatchObject({ deleted: true });
    expect(index.apply(state(key('k1', 'aa'), 1))).toBeUndefined();
    expect(index.apiKeyByHash('aa')).toBeUndefined();
  });

  it('takes any revision again after the record itself was removed', () => {
    const index = new RegistryIndex();
    index.apply(state(key('k1', 'aa'), 5));
    expect(index.remove('api_key/k1')).toMatchObject({ deleted: true });
    expect(index.remove('api_key/k1')).toBeUndefined();
    expect(index.apply(state(key('k1', 'aa'), 1))).toMatchObject({ deleted: false });
  });

  it('ends in the same state whatever is repeated or comes late, as long as the newest comes once', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      alias: fc.constantFrom('x', 'y', 'z'),
      deleted: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.array(fc.nat(11), { maxLength: 20 }), (changes, repeated) => {
        const revisions = new Map<string, number>();
        const states = changes.map(({ id, alias, deleted }) => {
          const revision = (revisions.get(id) ?? 0) + 1;
          revisions.set(id, revision);
          // Aliases are unique per object here: who owns a contested alias depends on the order by design.
          return state(route(id, `${id}-${alias}`), revision, deleted);
        });
        const once = new RegistryIndex();
        for (const one of states) once.apply(one);
        const again = new RegistryIndex();
        for (const one of states) again.apply(one);
        for (const position of repeated) {
          const one = states[position];
          if (one) again.apply(one);
        }
        expect([...again.states()]).toEqual([...once.states()]);
        expect(again.routes().map(({ alias }) => alias)).toEqual(once.routes().map(({ alias }) => alias));
        for (const { object } of once.states()) expect(once.route((object as RouteState).alias)).toBe(object);
        expect(once.routes()).toHaveLength(once.size);
      }),
    );
  });
});
