import type { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { CallContext, CallOptions } from './call.js';

/** The codec that the generator writes for each message. */
export interface Codec {
  encode(message: never, writer?: BinaryWriter): BinaryWriter;
  decode(input: BinaryReader | Uint8Array, length?: number): unknown;
  fromPartial(object: never): unknown;
}

export interface MethodDefinition {
  /** As in the proto, for example `FilterStream`. */
  readonly name: string;
  readonly requestType: Codec;
  readonly requestStream: boolean;
  readonly responseType: Codec;
  readonly responseStream: boolean;
}

/** A generated service definition, for example `guardrailsV1.GuardrailsServiceDefinition`. */
export interface ServiceDefinition {
  readonly name: string;
  /** With its package, for example `weir.guardrails.v1.GuardrailsService`. */
  readonly fullName: string;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
}

export type RequestOf<M extends MethodDefinition> = ReturnType<M['requestType']['decode']>;
export type ResponseOf<M extends MethodDefinition> = ReturnType<M['responseType']['decode']>;
/** A message of which every field may be left out. */
export type PartialRequestOf<M extends MethodDefinition> = Parameters<M['requestType']['fromPartial']>[0];
export type PartialResponseOf<M extends MethodDefinition> = Parameters<M['responseType']['fromPartial']>[0];

type Incoming<M extends MethodDefinition> = M['requestStream'] extends true
  ? AsyncIterable<RequestOf<M>>
  : RequestOf<M>;
type Answer<M extends MethodDefinition> = M['responseStream'] extends true
  ? AsyncIterable<PartialResponseOf<M>>
  : Promise<PartialResponseOf<M>>;
type Outgoing<M extends MethodDefinition> = M['requestStream'] extends true
  ? AsyncIterable<PartialRequestOf<M>>
  : PartialRequestOf<M>;
type Result<M extends MethodDefinition> = M['responseStream'] extends true
  ? AsyncIterable<ResponseOf<M>>
  : Promise<ResponseOf<M>>;

/**
 * What serves a service: one function per method, keyed as in the definition. Requests arrive complete (defaults filled
 * in), answers may be partial. A thrown WeirError reaches the caller as it is, anything else as `internal`.
 * Over the local binding messages are copied field by field, but `bytes` fields are shared: neither side may write to them.
 */
export type Handlers<Def extends ServiceDefinition> = {
  readonly [K in keyof Def['methods']]: (
    request: Incoming<Def['methods'][K]>,
    call: CallContext,
  ) => Answer<Def['methods'][K]>;
};

/**
 * Calls a service wherever it runs. Every failure is a WeirError. A call with a streamed answer begins at the first
 * `next()`; leaving its iteration cancels it. An answer may be iterated once.
 */
export type Client<Def extends ServiceDefinition> = {
  readonly [K in keyof Def['methods']]: (
    request: Outgoing<Def['methods'][K]>,
    options?: CallOptions,
  ) => Result<Def['methods'][K]>;
};
