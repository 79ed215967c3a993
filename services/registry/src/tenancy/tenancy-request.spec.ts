import { describe, expect, it } from 'vitest';
import { parseRequest } from '../request/parse-request.js';
import { createApiKeyRequest, updateProjectRequest } from './tenancy-request.js';

const request = {
  projectId: '0199c0de-0000-7000-8000-000000000001',
  name: 'ci',
  scopes: ['inference'],
  expiresAtMs: 0,
  onBillingError: '',
  role: '',
};

describe('an API key', () => {
  it('has defaults', () => {
    expect(parseRequest(createApiKeyRequest, request)).toEqual({
      ...request,
      onBillingError: 'closed',
      role: 'member',
    });
  });

  it.each([
    ['project_id', { ...request, projectId: 'p' }],
    ['name', { ...request, name: '' }],
    ['scopes', { ...request, scopes: [] }],
    ['scopes', { ...request, scopes: ['inference', 'inference'] }],
    ['scopes[1]', { ...request, scopes: ['inference', 'root'] }],
    ['expires_at_ms', { ...request, expiresAtMs: -1 }],
    ['on_billing_error', { ...request, onBillingError: 'ask' }],
    ['role', { ...request, role: 'god' }],
  ])('names %s when that is wrong', (param, given) => {
    expect(() => parseRequest(createApiKeyRequest, given)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });
});

describe('a change of a project', () => {
  const id = request.projectId;

  it('leaves alone what it does not name', () => {
    expect(parseRequest(updateProjectRequest, { id })).toEqual({ id });
    expect(parseRequest(updateProjectRequest, { id, policy: '', keepContent: false })).toEqual({
      id,
      policy: '',
      keepContent: false,
    });
  });

  it.each([
    ['id', { id: 'p' }],
    ['policy', { id, policy: 'No Spaces' }],
    ['policy', { id, policy: 'strict@' }],
    ['keep_content', { id, keepContent: 'yes' }],
  ])('names %s when that is wrong', (param, given) => {
    expect(() => parseRequest(updateProjectRequest, given)).toThrowError(
      expect.objectContaining({ code: 'invalid_request', param }),
    );
  });
});
