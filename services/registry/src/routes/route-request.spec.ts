import { describe, expect, it } from 'vitest';
import { parseRequest } from '../request/parse-request.js';
import { putRouteRequest } from './route-request.js';

const id = (n: number) => `0199c0de-0000-7000-8000-${String(n).padStart(12, '0')}`;
const route = {
  alias: 'smollm2',
  targets: [{ deploymentId: id(1), weight: 1 }],
  policy: '',
  projectIds: [],
  organizationId: '',
  onGuardrailsError: '',
  stagePolicies: {},
  maxHoldbackChars: 0,
  onBlockedInput: '',
  createdAtMs: 0,
  revision: 0,
};

const problem = (given: object | undefined) => {
  try {
    parseRequest(putRouteRequest, { route: given });
  } catch (error) {
    return (error as { param?: string }).param;
  }
  return 'accepted';
};

describe('a route', () => {
  it('has defaults', () => {
    expect(parseRequest(putRouteRequest, { route }).route).toMatchObject({
      policy: 'default',
      onGuardrailsError: 'closed',
      stagePolicies: {},
      maxHoldbackChars: 0,
      onBlockedInput: 'error',
    });
  });

  it('may hold targets without traffic beside one that has some', () => {
    const targets = [
      { deploymentId: id(1), weight: 0 },
      { deploymentId: id(2), weight: 1_000_000 },
    ];
    expect(problem({ ...route, targets })).toBe('accepted');
  });

  it('may name a fixed version of a policy, and other policies for single stages', () => {
    const stagePolicies = { output: 'strict@12', tool_result: 'untrusted' };
    expect(parseRequest(putRouteRequest, { route: { ...route, policy: 'mine@3', stagePolicies } }).route).toMatchObject(
      {
        policy: 'mine@3',
        stagePolicies,
      },
    );
  });

  it.each([
    ['route', undefined],
    ['route.alias', { ...route, alias: 'Not OK' }],
    ['route.targets', { ...route, targets: [] }],
    ['route.targets', { ...route, targets: [{ deploymentId: id(1), weight: 0 }] }],
    ['route.targets', { ...route, targets: [...route.targets, ...route.targets] }],
    [
      'route.targets',
      { ...route, targets: Array.from({ length: 17 }, (_, i) => ({ deploymentId: id(i), weight: 1 })) },
    ],
    ['route.targets[0].weight', { ...route, targets: [{ deploymentId: id(1), weight: 1_000_001 }] }],
    ['route.targets[0].deployment_id', { ...route, targets: [{ deploymentId: 'd', weight: 1 }] }],
    ['route.policy', { ...route, policy: 'No Spaces' }],
    ['route.policy', { ...route, policy: 'strict@0' }],
    ['route.policy', { ...route, policy: '@1' }],
    ['route.stage_policies', { ...route, stagePolicies: { sideways: 'strict' } }],
    ['route.stage_policies.output', { ...route, stagePolicies: { output: 'No Spaces' } }],
    ['route.stage_policies.output', { ...route, stagePolicies: { output: '' } }],
    ['route.max_holdback_chars', { ...route, maxHoldbackChars: 1_000_001 }],
    ['route.on_blocked_input', { ...route, onBlockedInput: 'laugh' }],
    ['route.organization_id', { ...route, organizationId: 'acme' }],
    ['route.project_ids', { ...route, projectIds: [id(3), id(3)] }],
    ['route.project_ids[0]', { ...route, projectIds: [''] }],
    ['route.on_guardrails_error', { ...route, onGuardrailsError: 'maybe' }],
  ])('names %s when that is wrong', (param, given) => {
    expect(problem(given)).toBe(param);
  });
});
