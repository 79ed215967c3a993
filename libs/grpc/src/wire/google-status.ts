import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { WeirError } from '@weir/errors';

const TYPE_PREFIX = 'type.googleapis.com/';

/**
 * google.rpc.Status with ErrorInfo (reason = stable code, domain = "weir"), RetryInfo and BadRequest, as the value of
 * `grpc-status-details-bin`. Fields: googleapis google/rpc/status.proto and error_details.proto.
 */
export function encodeStatusDetails(error: WeirError): Buffer {
  const writer = new BinaryWriter();
  writer.uint32(8).int32(error.grpcStatus);
  writer.uint32(18).string(error.message);
  writeAny(writer, 'google.rpc.ErrorInfo', errorInfo(error));
  if (error.retryAfterMs !== undefined) writeAny(writer, 'google.rpc.RetryInfo', retryInfo(error.retryAfterMs));
  if (error.param !== undefined) writeAny(writer, 'google.rpc.BadRequest', badRequest(error.param, error.message));
  return Buffer.from(writer.finish());
}

function writeAny(writer: BinaryWriter, type: string, value: Uint8Array): void {
  writer.uint32(26).fork().uint32(10).string(`${TYPE_PREFIX}${type}`).uint32(18).bytes(value).join();
}

function errorInfo(error: WeirError): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(10).string(error.code).uint32(18).string('weir');
  for (const [key, value] of Object.entries(error.details)) {
    writer.uint32(26).fork().uint32(10).string(key).uint32(18).string(String(value)).join();
  }
  return writer.finish();
}

function retryInfo(ms: number): Uint8Array {
  const nanos = (ms % 1000) * 1_000_000;
  const delay = new BinaryWriter()
    .uint32(8)
    .int64(Math.floor(ms / 1000))
    .uint32(16)
    .int32(nanos)
    .finish();
  return new BinaryWriter().uint32(10).bytes(delay).finish();
}

function badRequest(field: string, description: string): Uint8Array {
  const violation = new BinaryWriter().uint32(10).string(field).uint32(18).string(description).finish();
  return new BinaryWriter().uint32(10).bytes(violation).finish();
}
