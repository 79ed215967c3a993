/** Bounds of every RPC server and client. Bytes and milliseconds. */
export interface RpcLimits {
  readonly maxMessageBytes: number;
  /** Deadline of unary calls whose caller gave none. */
  readonly unaryTimeoutMs: number;
  /** A stream without a deadline ends when it carried no message for so long. */
  readonly streamIdleMs: number;
  /** Open calls of one link; further ones are refused at once. */
  readonly callsPerLink: number;
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly maxConnectionAgeMs: number;
  /** How long the streams of a connection that is too old may still run. */
  readonly maxConnectionAgeGraceMs: number;
}

export const DEFAULT_LIMITS: RpcLimits = {
  maxMessageBytes: 8 * 1024 * 1024,
  unaryTimeoutMs: 30_000,
  streamIdleMs: 600_000,
  callsPerLink: 4096,
  keepaliveMs: 20_000,
  keepaliveTimeoutMs: 5_000,
  maxConnectionAgeMs: 30 * 60_000,
  maxConnectionAgeGraceMs: 10 * 60_000,
};
