import { describe, expect, it } from 'vitest';
import { actorOf } from './actor.js';
import { attemptOf, auditOrganization, INSTALLATION, notFound, refusal } from './attempt.js';

const principal = {
  apiKeyId: 'k1',
  projectId: 'p1',
  organizationId: 'o1',
  scopes: ['admin'],
  role: 'admin',
  onBillingError: 'closed',
} as const;

describe('actorOf', () => {
  it('judges a forwarded call by its principal, not by who forwards it', () => {
    const peer = { kind: 'service', name: 'operator' } as const;
    expect(actorOf({ peer, principal })).toMatchObject({ kind: 'key', principal: 'api_key:k1', organizationId: 'o1' });
  });

  it('knows the operator and the services', () => {
    const of = (name: 'operator' | 'router') => actorOf({ peer: { kind: 'service', name }, principal: undefined });
    expect(of('operator')).toEqual({ kind: 'operator', principal: 'operator' });
    expect(of('router')).toEqual({ kind: 'service', principal: 'service:router' });
  });

  it('refuses a client without a principal', () => {
    const call = { peer: { kind: 'client' }, principal: undefined } as const;
    expect(() => actorOf(call)).toThrowError(expect.objectContaining({ code: 'missing_api_key' }));
  });
});

describe('an attempt', () => {
  const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true };
  const peer = { kind: 'service', name: 'operator' } as const;

  it('carries the trace of the call into its events', () => {
    const attempt = attemptOf({ peer, principal: undefined, trace }, 'RegistryService.CreateModel');
    expect(attempt.traceparent).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01');
    expect(attemptOf({ peer, principal: undefined, trace: undefined }, 'x').traceparent).toBeUndefined();
  });

  it('is audited under the object when allowed, under the caller when refused', () => {
    const allowed = { allowed: true } as const;
    const refused = { allowed: false, code: 'permission_denied', reason: 'x' } as const;
    const operator = actorOf({ peer, principal: undefined });
    const key = actorOf({ peer, principal });
    const of = (organizationId: string) => ({ key: 'project/p', organizationId });
    expect(auditOrganization(operator, of('victim'), allowed)).toBe('victim');
    expect(auditOrganization(operator, of(''), allowed)).toBe(INSTALLATION);
    expect(auditOrganization(key, of(''), allowed)).toBe('o1');
    expect(auditOrganization(key, of('victim'), refused)).toBe('o1');
  });
});

describe('refusal', () => {
  const target = { key: 'model_version/smol@1', organizationId: 'o2', param: 'version' };

  it('looks exactly like an object that is not there', () => {
    const error = refusal({ allowed: false, code: 'not_found', reason: 'foreign' }, target);
    const absent = notFound(target.key, 'version');
    expect([error.code, error.message, error.param]).toEqual([absent.code, absent.message, absent.param]);
    expect(error.message).toBe('There is no model version smol@1.');
  });

  it('says what is missing otherwise', () => {
    const error = refusal({ allowed: false, code: 'permission_denied', reason: 'the scope admin is needed' }, target);
    expect(error).toMatchObject({ code: 'permission_denied', message: 'Not allowed: the scope admin is needed.' });
  });
});
