import { createRequire } from 'node:module';
import type { logCreator } from 'kafkajs';

/*
 * The parts of kafkajs 2.2.4 below its public API that this lib needs, typed by hand. The version is pinned exactly and
 * the project has ended, so these files do not move; the specs beside this file would notice.
 */

/** One connection's requests. Its timer loop is what `runtime-patch.ts` repairs. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly inflight: ReadonlyMap<
    number,
    { readonly sentAt: number; readonly requestTimeout: number; timeoutRequest(): void }
  >;
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  requestTimeoutIntervalId: NodeJS.Timeout | undefined;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  isConnected(): boolean;
  destroy(): void;
}

export interface OffsetsOfTopic {
  readonly topic: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

/** Membership of one consumer in its group. */
export interface ConsumerGroup {
  readonly groupId: string;
  readonly assigners: readonly object[];
  readonly offsetManager: { nextOffset(topic: string, partition: number): { toString(): string } } | null;
  joinAndSync(): Promise<void>;
  heartbeat(options: { readonly interval: number }): Promise<void>;
  commitOffsets(offsets: { readonly topics: readonly OffsetsOfTopic[] }): Promise<void>;
}

export interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
  readonly isControlRecord?: boolean;
}

/** One request below the public API: kafkajs adds the header, finds the connection and matches the answer. */
export interface ProtocolRequest<Answer extends object> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>;
  };
  readonly response: {
    decode(bytes: Buffer): Promise<Answer>;
    parse(answer: Answer): Promise<Answer>;
  };
}

export interface Broker {
  readonly connectionPool: { send<Answer extends object>(request: ProtocolRequest<Answer>): Promise<Answer> };
  disconnect(): Promise<void>;
  fetch(request: {
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topicName: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly highWatermark: string;
        readonly messages: readonly FetchedMessage[];
      }[];
    }[];
  }>;
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  isConnected(): boolean;
  refreshMetadata(): Promise<void>;
  removeBroker(address: { readonly host: string; readonly port: number }): void;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(node: { readonly nodeId: number }): Promise<Broker>;
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
      readonly fromBeginning: boolean;
      /** Instead of the end: the first record of this time (milliseconds since the epoch) or later; -1 = there is none. */
      readonly fromTimestamp?: number;
    }[],
  ): Promise<OffsetsOfTopic[]>;
}

export interface ClusterOptions {
  readonly logger: object;
  readonly socketFactory: object;
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly enforceRequestTimeout: boolean;
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  readonly isolationLevel: number;
  readonly retry: { readonly retries: number; readonly initialRetryTime: number; readonly maxRetryTime: number };
}

interface Constructor<T, Options> {
  new (options: Options): T;
  readonly prototype: T;
}

const load = createRequire(import.meta.url);

export const requestQueueClass = load('kafkajs/src/network/requestQueue') as Constructor<RequestQueue, object>;
export const consumerGroupClass = load('kafkajs/src/consumer/consumerGroup') as Constructor<ConsumerGroup, object>;
export const clusterClass = load('kafkajs/src/cluster') as Constructor<Cluster, ClusterOptions>;
export const createSocketFactory = load('kafkajs/src/network/socketFactory') as () => object;
export const crc32c = load('kafkajs/src/protocol/recordBatch/crc32C') as (bytes: Buffer) => number;
export const { createErrorFromCode } = load('kafkajs/src/protocol/error') as {
  createErrorFromCode(code: number): Error & { readonly type: string; readonly retriable: boolean };
};
export const { createLogger: createKafkajsLogger } = load('kafkajs/src/loggers') as {
  createLogger(options: { readonly level: number; readonly logCreator: logCreator }): object;
};
