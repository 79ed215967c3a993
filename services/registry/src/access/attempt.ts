import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { formatTraceparent } from '@weir/telemetry';
import { actorOf, type Actor } from './actor.js';
import type { Decision } from './policy.js';

/** One administrative call, from who asks to what it is about. */
export interface Attempt {
  readonly actor: Actor;
  /** `<Service>.<Method>`. */
  readonly action: string;
  /** W3C trace context of the call. */
  readonly traceparent?: string | undefined;
}

export function attemptOf(call: Pick<CallContext, 'peer' | 'principal' | 'trace'>, action: string): Attempt {
  return { actor: actorOf(call), action, traceparent: call.trace && formatTraceparent(call.trace) };
}

/** What an attempt turned out to be about: goes into the audit. */
export interface Target {
  /** `kind/id`, or `kind/name` while there is no id. */
  readonly key: string;
  /** Organisation of the object; empty when it belongs to none. */
  readonly organizationId: string;
  /** Field of the request that names it. */
  readonly param?: string;
}

/** Audit records of actions on the installation as a whole stand under this id, so that they keep their order too. */
export const INSTALLATION = 'installation';

/** The organisation whose audit shows the action: a refused stranger appears in their own, not in their victim's. */
export function auditOrganization(actor: Actor, target: Target, decision: Decision): string {
  const own = actor.kind === 'key' ? actor.organizationId : INSTALLATION;
  return decision.allowed ? target.organizationId || own : own;
}

/** The error that a refused caller sees. */
export function refusal(decision: Extract<Decision, { allowed: false }>, target: Target): WeirError {
  if (decision.code === 'not_found') return notFound(target.key, target.param);
  return new WeirError('permission_denied', `Not allowed: ${decision.reason}.`);
}

export function notFound(key: string, param?: string): WeirError {
  return new WeirError('not_found', `There is no ${describe(key)}.`, param === undefined ? {} : { param });
}

export function revisionConflict(key: string, param = 'revision'): WeirError {
  return new WeirError('revision_conflict', `The ${describe(key)} has another revision by now: read it again.`, {
    param,
  });
}

/** `model_version/smol@1` → `model version smol@1`. */
function describe(key: string): string {
  const [kind = '', ...rest] = key.split('/');
  return `${kind.replaceAll('_', ' ')} ${rest.join('/')}`;
}
