import type { ChannelOptions } from '@grpc/grpc-js';
import type { RpcLimits } from './limits.js';

const WINDOW_BYTES = 262_144;

/** Options of every server of ours. */
export function serverChannel(limits: RpcLimits): ChannelOptions {
  return {
    'grpc.max_receive_message_length': receiveBytes(limits),
    'grpc.max_concurrent_streams': limits.callsPerLink,
    'grpc.keepalive_time_ms': limits.keepaliveMs,
    'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
    'grpc.keepalive_permit_without_calls': 1,
    'grpc.max_connection_age_ms': limits.maxConnectionAgeMs,
    'grpc.max_connection_age_grace_ms': limits.maxConnectionAgeGraceMs,
  };
}

/** Options of every channel of ours. Retries belong to the router, none to the transport. */
export function clientChannel(limits: RpcLimits, serverName: string | undefined): ChannelOptions {
  return {
    'grpc.max_receive_message_length': receiveBytes(limits),
    'grpc.keepalive_time_ms': limits.keepaliveMs,
    'grpc.keepalive_timeout_ms': limits.keepaliveTimeoutMs,
    'grpc.enable_retries': 0,
    'grpc.initial_reconnect_backoff_ms': 50,
    'grpc.max_reconnect_backoff_ms': 2_000,
    'grpc.use_local_subchannel_pool': 1,
    'grpc-node.flow_control_window': WINDOW_BYTES,
    ...(serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName }),
  };
}

/** Room for the framing of a batch, so that a message of the full size passes on a link, too. */
function receiveBytes(limits: RpcLimits): number {
  return limits.maxMessageBytes + 131_072;
}
