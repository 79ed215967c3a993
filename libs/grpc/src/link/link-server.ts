import { Metadata, type ServerDuplexStream } from '@grpc/grpc-js';
import type { Source } from '@weir/config';
import type { linkV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Logger } from '@weir/telemetry';
import type { RpcLimits } from '../rpc/limits.js';
import type { ProvenPeer } from '../server/admission.js';
import type { MessageForm } from '../server/arrival.js';
import type { Pipeline } from '../server/pipeline.js';
import type { ServerCall } from '../server/server-call.js';
import type { WireArrivals } from '../server/wire-arrival.js';
import { portableError, toGrpcStatus } from '../wire/error-wire.js';
import { wireForm } from '../wire/message-codec.js';
import { CallFlow } from './call-flow.js';
import { FrameWriter } from './frame-writer.js';
import { LinkAnswer } from './link-answer.js';
import { errorStatus } from './link-wire.js';

export type LinkStream = ServerDuplexStream<linkV1.Frame[], linkV1.Frame[]>;

export interface LinkServerOptions {
  readonly pipeline: Pipeline;
  readonly arrivals: WireArrivals;
  readonly limits: RpcLimits;
  readonly source: Source;
  readonly logger: Logger;
}

interface OpenCall {
  readonly flow: CallFlow;
  readonly call: ServerCall;
}

/** The serving end of one link: runs every call that its peer opens through the pipeline. */
export class LinkServer {
  readonly #stream: LinkStream;
  readonly #peer: ProvenPeer;
  readonly #own: boolean;
  readonly #options: LinkServerOptions;
  readonly #writer: FrameWriter;
  readonly #calls = new Map<number, OpenCall>();
  readonly #form: MessageForm;
  #peerEnded = false;
  #closing: WeirError | undefined;

  /** `own`: the peer is this very process. */
  constructor(stream: LinkStream, peer: ProvenPeer, own: boolean, options: LinkServerOptions) {
    this.#stream = stream;
    this.#peer = peer;
    this.#own = own;
    this.#options = options;
    this.#form = wireForm(options.limits.maxMessageBytes);
    this.#writer = new FrameWriter((frames, sent) => stream.write(frames, () => sent()));
    // The peer learns at once that its link stands.
    stream.sendMetadata(new Metadata());
    stream.on('data', (frames: linkV1.Frame[]) => this.#receive(frames));
    stream.on('end', () => this.#peerLeft());
    stream.on('cancelled', () => this.#broke());
  }

  get calls(): number {
    return this.#calls.size;
  }

  /** Ends the link when the last of its calls has told its status. */
  close(reason: WeirError): void {
    this.#closing = reason;
    if (this.#calls.size === 0) this.#endWith(reason);
  }

  #receive(frames: linkV1.Frame[]): void {
    try {
      for (const { callId, step } of frames) if (step) this.#step(callId, step);
    } catch (error) {
      this.#options.logger.warn({ err: error, peer: this.#peer }, 'link broken off: its peer breaks the protocol');
      this.#broke();
      this.#endWith(portableError(error));
    }
  }

  #step(callId: number, step: NonNullable<linkV1.Frame['step']>): void {
    if (step.$case === 'open') return this.#open(callId, step.value);
    const open = this.#calls.get(callId);
    // Frames of a call that ended a moment ago are still under way.
    if (!open) return;
    if (step.$case === 'message') open.flow.received(step.value);
    if (step.$case === 'halfClose') open.flow.inbox.end();
    if (step.$case === 'credit') open.flow.granted(step.value.bytes);
    if (step.$case === 'cancel') this.#cancel(open, 'The caller cancelled the call.');
  }

  #open(callId: number, { method: path, timeoutMs, metadata }: linkV1.Open): void {
    if (this.#calls.has(callId)) throw new WeirError('invalid_request', `The call number ${callId} is taken.`);
    const { pipeline, arrivals, limits, source } = this.#options;
    const method = pipeline.method(path);
    if (!method) return this.#refuse(callId, new WeirError('unimplemented', `The method ${path} is not implemented.`));
    if (this.#calls.size >= limits.callsPerLink) {
      return this.#refuse(
        callId,
        new WeirError('peer_unavailable', 'Too many calls are open on this link.', { retryAfterMs: 100 }),
      );
    }
    const deadline = timeoutMs > 0 ? source.now() + timeoutMs : undefined;
    const arrival = arrivals.link(Object.entries(metadata), deadline, this.#peer, this.#own);
    const call = pipeline.begin(method, arrival);
    const flow = new CallFlow(callId, this.#writer);
    this.#calls.set(callId, { flow, call });
    const answer = new LinkAnswer(flow, call, this.#writer);
    void answer.run(pipeline, arrival, this.#form).finally(() => this.#ended(callId));
  }

  #refuse(callId: number, error: WeirError): void {
    this.#writer.push(callId, errorStatus(portableError(error)));
  }

  #cancel({ call, flow }: OpenCall, message: string): void {
    call.cancel(new WeirError('cancelled', message));
    flow.close();
  }

  #ended(callId: number): void {
    this.#calls.get(callId)?.flow.close();
    this.#calls.delete(callId);
    if (this.#calls.size > 0) return;
    if (this.#closing) this.#endWith(this.#closing);
    else if (this.#peerEnded) this.#stream.end();
  }

  #endWith(reason: WeirError): void {
    this.#writer.finish();
    this.#stream.emit('error', toGrpcStatus(reason, []));
  }

  /** The peer opens no more calls; those that run end first. */
  #peerLeft(): void {
    this.#peerEnded = true;
    if (this.#calls.size === 0) this.#stream.end();
  }

  #broke(): void {
    for (const open of this.#calls.values()) this.#cancel(open, 'The link to the caller broke.');
    this.#writer.close();
  }
}
