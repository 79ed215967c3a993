import { auditRecorded, registryChanged, registryState, type ProjectState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { stored } from './changes/stored.js';
import { auditRecordedOf, registryChangedOf, registryStateOf, targetOf } from './registry.events.js';

const project: ProjectState = {
  kind: 'project',
  id: 'p1',
  organization_id: 'o1',
  name: 'web',
  policy: '',
  keep_content: false,
  created_at: 5,
};
const attempt = {
  actor: { kind: 'operator', principal: 'operator' },
  action: 'TenancyService.CreateProject',
} as const;

describe('the events of a change', () => {
  it('fit their schemas', () => {
    const state = registryStateOf(stored(project, 3));
    expect(registryState.data.parse(state)).toEqual({
      object_key: 'project/p1',
      revision: 3,
      deleted: false,
      object: project,
    });
    const changed = registryChangedOf(attempt, stored(project, 3), { change: 'updated', atMs: 9 });
    expect(registryChanged.data.parse(changed)).toEqual({
      object_key: 'project/p1',
      kind: 'project',
      change: 'updated',
      revision: 3,
      changed_by: 'operator',
      changed_at: 9,
    });
  });

  it('say whose object it was', () => {
    expect(targetOf(project)).toEqual({ key: 'project/p1', organizationId: 'o1' });
    expect(targetOf({ kind: 'organization', id: 'o2', name: 'acme', created_at: 0 }).organizationId).toBe('o2');
    const model = {
      kind: 'model',
      id: 'm',
      name: 'm',
      description: '',
      license: '',
      aliases: {},
      created_at: 0,
    } as const;
    expect(targetOf(model).organizationId).toBe('');
  });

  it('record a refusal with its reason, and no reason when allowed', () => {
    const judged = (decision: Parameters<typeof auditRecordedOf>[2]['decision']) =>
      auditRecorded.data.parse(auditRecordedOf(attempt, targetOf(project), { decision, id: 'a1', atMs: 7 }));
    expect(judged({ allowed: false, code: 'permission_denied', reason: 'the scope admin is needed' })).toMatchObject({
      audit_id: 'a1',
      allowed: false,
      reason: 'the scope admin is needed',
      recorded_at: 7,
    });
    expect(judged({ allowed: true })).toEqual({
      audit_id: 'a1',
      organization_id: 'o1',
      principal: 'operator',
      action: 'TenancyService.CreateProject',
      target: 'project/p1',
      allowed: true,
      recorded_at: 7,
    });
  });
});
