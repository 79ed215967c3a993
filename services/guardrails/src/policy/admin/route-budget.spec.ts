import type { RouteState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../compile-policy.js';
import { logicOf, sampleCatalogue } from '../compile/sample-catalogue.fixture.js';
import { routesTooTight } from './route-budget.js';

const route = (alias: string, policy: string, max: number, stages: RouteState['stage_policies'] = {}): RouteState => ({
  kind: 'route',
  id: alias,
  alias,
  targets: [],
  policy,
  on_guardrails_error: 'closed',
  organization_id: '',
  project_ids: [],
  stage_policies: stages,
  max_holdback_chars: max,
  on_blocked_input: 'error',
  created_at: 0,
});
const policy = (name: string, stages?: string[]) =>
  compilePolicy(
    { name, rules: [{ check: 'prompt-injection', action: 'block', ...(stages ? { stages } : {}) }] },
    1,
    sampleCatalogue,
  );

describe('routesTooTight', () => {
  it('names the routes whose streams would wait longer than they allow', () => {
    const routes = [
      route('tight', 'a', 199),
      route('exact', 'a', 200),
      route('any', 'a', 0),
      route('other', 'b', 1),
      route('pinned', 'a@3', 1),
    ];
    expect(routesTooTight(routes, policy('a'))).toEqual(['tight']);
  });

  it('looks at the policy of each stage that streams', () => {
    const routes = [
      route('by stage', 'b', 10, { output: 'a' }),
      route('input only', 'b', 10, { input: 'a', document: 'a' }),
      route('elsewhere', 'a', 10, { output: 'b', reasoning: 'b', tool_call: 'b' }),
    ];
    expect(routesTooTight(routes, policy('a'))).toEqual(['by stage']);
    expect(routesTooTight(routes, policy('a', ['input']))).toEqual([]);
  });

  it('knows the default by its empty name', () => {
    expect(routesTooTight([route('r', '', 10)], policy('default'))).toEqual(['r']);
  });

  it('knows that rules may wait for the whole text', () => {
    const long = { fact: 'text.characters', op: 'gt', value: 9 };
    const ruled = (when: object) =>
      compilePolicy({ name: 'a', ...logicOf(when, { action: 'block' }) }, 1, sampleCatalogue);
    const routes = [route('wide', 'a', 1_000_000), route('any', 'a', 0), route('input', 'b', 1, { input: 'a' })];
    expect(routesTooTight(routes, ruled(long))).toEqual(['wide']);
    expect(routesTooTight(routes, ruled({ ...long, fact: 'tool.arguments.amount' }))).toEqual([]);
  });
});
