import type { TraceContext } from '@weir/telemetry';
import type { Codec } from '../rpc/definition.js';
import type { Caller } from './admission.js';
import type { MessageSource } from './guarded-requests.js';

/** A call as its transport brings it: native gRPC, link or local. */
export interface Arrival {
  readonly requestId: string | undefined;
  readonly trace: TraceContext | undefined;
  readonly deadline: number | undefined;
  readonly metadata: ReadonlyMap<string, string>;
  /** Throws WeirError when the caller cannot prove who it is. */
  readonly identify: () => Caller;
  /** Part of a request that this process serves already, so that a drain does not refuse it. */
  readonly own: boolean;
  /** Whether a call without a trace begins one: the doors to the outside do. */
  readonly startsTrace: boolean;
}

/** How messages come in and go out: as objects (local) or as bytes (both wires). */
export interface MessageForm {
  /** Makes a complete message of what the transport brought; throws WeirError. */
  readonly take: (codec: Codec, message: unknown) => unknown;
  /** Makes what the transport carries of a handler's answer. */
  readonly give: (codec: Codec, answer: unknown) => unknown;
}

/** What the call asks, in the transport's form: a message (unary) or a source of messages. */
export interface Asked {
  readonly form: MessageForm;
  /** May be a promise; undefined = the caller sent none. */
  readonly message?: () => unknown;
  readonly messages?: () => MessageSource;
}
