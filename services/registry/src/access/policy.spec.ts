import { role, scope, type Role, type Scope } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Actor, KeyActor } from './actor.js';
import {
  confinedTo,
  firstRefusal,
  mayChangeCatalogue,
  mayChangeInstallation,
  mayChangeRoute,
  mayChangeTenancy,
  mayGiveRoute,
  mayHandleRole,
  mayReachHost,
  mayRecordMeasurements,
} from './policy.js';

const operator: Actor = { kind: 'operator', principal: 'operator' };
const service: Actor = { kind: 'service', principal: 'service:evaluator' };
const key = (given: { organizationId?: string; role?: Role; scopes?: readonly Scope[] } = {}): KeyActor => ({
  kind: 'key',
  principal: 'api_key:k1',
  organizationId: given.organizationId ?? 'own',
  role: given.role ?? 'admin',
  scopes: given.scopes ?? ['admin'],
});

const anyKey = fc.record({
  organizationId: fc.constantFrom('own', 'other'),
  role: fc.constantFrom(...role.options),
  scopes: fc.subarray([...scope.options]),
});

describe('the operator', () => {
  it('may do everything', () => {
    const decisions = [
      mayChangeInstallation(operator),
      mayChangeTenancy(operator, 'any'),
      mayHandleRole(operator, 'owner'),
      mayChangeCatalogue(operator),
      mayReachHost(operator, 'x'),
      mayChangeRoute(operator, ''),
      mayGiveRoute(operator, 'any'),
    ];
    expect(firstRefusal(...decisions)).toEqual({ allowed: true });
    expect(confinedTo(operator)).toBeUndefined();
  });
});

describe('a service without a principal', () => {
  it('may change nothing', () => {
    const decisions = [
      mayChangeInstallation(service),
      mayChangeTenancy(service, 'any'),
      mayChangeCatalogue(service),
      mayReachHost(service, 'x'),
      mayChangeRoute(service, ''),
    ];
    expect(decisions.every((decision) => !decision.allowed)).toBe(true);
    expect(confinedTo(service)).toBeUndefined();
  });
});

describe('measurements', () => {
  it('are recorded by the inference service only, not even by the operator', () => {
    const inference: Actor = { kind: 'service', principal: 'service:inference' };
    expect(mayRecordMeasurements(inference)).toEqual({ allowed: true });
    for (const actor of [operator, service, key({ role: 'owner' })]) {
      expect(mayRecordMeasurements(actor)).toMatchObject({ allowed: false, code: 'permission_denied' });
    }
  });
});

describe('a key', () => {
  it('changes nothing without the scope admin, nothing outside its organisation, nothing of the installation', () => {
    fc.assert(
      fc.property(anyKey, fc.constantFrom('own', 'other', ''), (given, owner) => {
        const actor = key(given);
        const allowed = [mayChangeTenancy(actor, owner), mayChangeRoute(actor, owner)].some((each) => each.allowed);
        expect(mayChangeInstallation(actor).allowed).toBe(false);
        expect(mayReachHost(actor, 'x').allowed).toBe(false);
        if (allowed) expect([given.scopes.includes('admin'), given.organizationId]).toEqual([true, owner]);
        expect(confinedTo(actor)).toBe(given.organizationId);
      }),
    );
  });

  it.each([
    ['viewer', false, false],
    ['member', true, false],
    ['admin', true, true],
    ['owner', true, true],
  ] as const)('of the role %s may change tenants: %s, what is served: %s', (given, tenancy, catalogue) => {
    const actor = key({ role: given });
    expect(mayChangeTenancy(actor, 'own').allowed).toBe(tenancy);
    expect(mayChangeCatalogue(actor).allowed).toBe(catalogue);
    expect(mayChangeRoute(actor, 'own').allowed).toBe(catalogue);
  });

  it.each([
    ['member', 'member', true],
    ['member', 'admin', false],
    ['admin', 'owner', false],
    ['owner', 'owner', true],
  ] as const)('of the role %s handles keys of the role %s: %s', (own, other, allowed) => {
    expect(mayHandleRole(key({ role: own }), other).allowed).toBe(allowed);
  });

  it('does not learn whether a foreign object exists', () => {
    expect(mayChangeTenancy(key(), 'other')).toMatchObject({ allowed: false, code: 'not_found' });
    expect(mayChangeRoute(key(), 'other')).toMatchObject({ allowed: false, code: 'not_found' });
    expect(mayGiveRoute(key(), 'other')).toMatchObject({ allowed: false, code: 'permission_denied' });
  });

  it('leaves routes of every organisation to the operator', () => {
    expect(mayChangeRoute(key({ role: 'owner' }), '')).toMatchObject({ allowed: false, code: 'permission_denied' });
  });
});
