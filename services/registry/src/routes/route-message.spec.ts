import type { RouteState } from '@weir/contracts';
import { expect, it } from 'vitest';
import { stored } from '../changes/stored.js';
import { parseRequest } from '../request/parse-request.js';
import { routeMessage } from './route-message.js';
import { putRouteRequest } from './route-request.js';

const id = '0199c0de-0000-7000-8000-000000000001';

it('a route that was read can be put again', () => {
  const object: RouteState = {
    kind: 'route',
    id: 'chat',
    alias: 'chat',
    targets: [{ deployment_id: id, weight: 30 }],
    policy: 'strict',
    on_guardrails_error: 'open',
    organization_id: id,
    project_ids: [id],
    stage_policies: { output: 'gentle@2' },
    max_holdback_chars: 40,
    on_blocked_input: 'completion',
    created_at: 12,
  };
  const message = routeMessage(stored(object, 3));
  expect(message.createdAtMs).toBe(12);
  expect(parseRequest(putRouteRequest, { route: message }).route).toEqual({
    alias: 'chat',
    targets: [{ deploymentId: id, weight: 30 }],
    policy: 'strict',
    onGuardrailsError: 'open',
    organizationId: id,
    projectIds: [id],
    stagePolicies: { output: 'gentle@2' },
    maxHoldbackChars: 40,
    onBlockedInput: 'completion',
    revision: 3,
  });
});
