import type { ServiceName } from '@weir/config';
import type { Role, Scope } from '@weir/contracts';
import type { TraceContext } from '@weir/telemetry';
import type { ServiceDefinition } from './definition.js';

/** Names that a process may prove to be its own. */
export type PeerName = ServiceName | 'operator';

/** On whose behalf a call is made: an API key and what it may do. */
export interface Principal {
  readonly apiKeyId: string;
  readonly projectId: string;
  readonly organizationId: string;
  readonly scopes: readonly Scope[];
  readonly role: Role;
  /** What happens to this key's requests while billing does not answer. */
  readonly onBillingError: 'closed' | 'open';
}

/** Who called: a part of Weir that proved its name, or an application with an API key. */
export type PeerIdentity = { readonly kind: 'service'; readonly name: PeerName } | { readonly kind: 'client' };

/** Who may call one method. What is not named is refused. */
export interface AccessRule {
  readonly services?: readonly PeerName[];
  /** Scope that a client's key needs; `admin` holds every scope. */
  readonly scope?: Scope;
  /** Everybody may call it, also without a key: for what tells no more than that the server is there. */
  readonly open?: true;
}

/** One rule per method of a service. */
export type Access<Def extends ServiceDefinition> = { readonly [K in keyof Def['methods']]: AccessRule };

/** What a handler knows of the call it serves. */
export interface CallContext {
  /** Aborts with a WeirError (`cancelled`, `deadline_exceeded`, `shutting_down`, …) when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds; undefined for streams whose caller gave none (they end after an idle time instead). */
  readonly deadline: number | undefined;
  readonly requestId: string;
  readonly trace: TraceContext | undefined;
  readonly peer: PeerIdentity;
  readonly principal: Principal | undefined;
  /** The caller's own metadata, lower-case keys. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Sent before the first message: lower-case keys, printable ASCII values; others throw `internal`. */
  readonly responseHeaders: Map<string, string>;
  /** Sent with the status; same rules. */
  readonly responseTrailers: Map<string, string>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** From now. The smaller of this and `deadline` holds. Unary default 30 s, streams none. */
  readonly timeoutMs?: number | undefined;
  /** Epoch milliseconds. */
  readonly deadline?: number | undefined;
  readonly requestId?: string | undefined;
  readonly trace?: TraceContext | undefined;
  /** Acting principal; peers believe it of authenticated services only. */
  readonly principal?: Principal | undefined;
  /** Lower-case keys, printable ASCII values; names of gRPC and Weir are reserved. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Called once, before the first message. */
  readonly onHeaders?: ((headers: ReadonlyMap<string, string>) => void) | undefined;
  /** Called once at the end of the call, also of a failed one. */
  readonly onTrailers?: ((trailers: ReadonlyMap<string, string>) => void) | undefined;
}

/** Options for calls that a handler makes while it serves `call`: its deadline, cancellation, trace and principal flow on. */
export function optionsFrom(call: CallContext, own: CallOptions = {}): CallOptions {
  const signal = own.signal ? AbortSignal.any([own.signal, call.signal]) : call.signal;
  const deadline = Math.min(own.deadline ?? Number.POSITIVE_INFINITY, call.deadline ?? Number.POSITIVE_INFINITY);
  return {
    requestId: call.requestId,
    trace: call.trace,
    principal: call.principal,
    ...own,
    signal,
    deadline: Number.isFinite(deadline) ? deadline : undefined,
  };
}
