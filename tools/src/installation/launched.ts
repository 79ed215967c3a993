import type { ServiceName } from '@weir/config';
import type { Environment } from '../environment/service-environment.js';

/** The seven services, however they were started. */
export interface Launched {
  /** Base URL of the router's HTTP door. */
  readonly httpUrl: string;
  /** host:port of each service's gRPC server. */
  readonly addresses: Readonly<Record<ServiceName, string>>;
  /** Settles when a part is gone for good that nobody stopped, with its name. */
  readonly lost: Promise<string>;
  /** Lets running requests end, then closes everything. */
  stop(): Promise<void>;
}

/** Starts the services in an environment; settles when all are ready. */
export type Launch = (environment: Environment, signal: AbortSignal) => Promise<Launched>;
