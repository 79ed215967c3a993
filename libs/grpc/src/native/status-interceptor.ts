import { constants } from 'node:http2';
import {
  ServerInterceptingCall,
  status as Status,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { WeirError, weirErrorFromStatus } from '@weir/errors';
import { toGrpcStatus } from '../wire/error-wire.js';
import { KEYS } from '../wire/metadata.js';

/** How long the end of a call's requests waits for a reset that follows it; answers do not wait. */
const RESET_GRACE_MS = 10;

type Sent = Parameters<ServerInterceptingCall['sendStatus']>[0];

/**
 * Gives the statuses that grpc-js makes by itself a code of ours (it calls a malformed `grpc-timeout` or compressed
 * message INTERNAL and an oversized one RESOURCE_EXHAUSTED, all of which are the caller's errors), and tells a reset
 * from the end of the requests.
 */
export const statusInterceptor: ServerInterceptor = (_method, call) => {
  const send = call.sendStatus.bind(call);
  // grpc-js's own failures do not pass the interceptor chain; they all end in this method of the innermost call.
  call.sendStatus = (sent) => send(explained(sent));
  return new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveHalfClose: (pass) =>
          setTimeout(() => {
            if (!brokenOff(call)) pass();
          }, RESET_GRACE_MS),
      }),
  });
};

/**
 * Node's HTTP/2 client ends a stream that it resets before it resets it, so that a handler would take a part of the
 * requests for the whole. The reset follows within moments. Without grpc-js's stream every end counts as regular.
 */
function brokenOff(call: ServerInterceptingCallInterface): boolean {
  const stream: unknown = Reflect.get(call, 'stream');
  if (typeof stream !== 'object' || stream === null || !('rstCode' in stream)) return false;
  return stream.rstCode !== undefined && stream.rstCode !== constants.NGHTTP2_NO_ERROR;
}

function explained(sent: Sent): Sent {
  if (sent.code === Status.OK || sent.metadata?.get(KEYS.errorCode).length) return sent;
  return toGrpcStatus(explain(sent.code, sent.details), []);
}

function explain(code: number, details: string): WeirError {
  if (code === Status.RESOURCE_EXHAUSTED && /larger than/.test(details))
    return new WeirError('payload_too_large', details);
  if (code === Status.INTERNAL && /grpc-timeout|deserializing request|decompress/.test(details)) {
    return new WeirError('invalid_request', details.toWellFormed());
  }
  if (code === Status.UNKNOWN) return new WeirError('internal', 'Something failed inside Weir; the log has the cause.');
  return weirErrorFromStatus(code, details);
}
