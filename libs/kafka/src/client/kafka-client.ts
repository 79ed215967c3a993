import { Kafka, logLevel, type logCreator } from 'kafkajs';
import type { Logger } from '@weir/telemetry';
import { clusterClass, createKafkajsLogger, createSocketFactory, type Cluster } from './kafkajs-internals.js';
import { patchKafkajs } from './runtime-patch.js';

export interface ClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly logger: Logger;
}

const CONNECTION_TIMEOUT_MS = 2000;
const REQUEST_TIMEOUT_MS = 10_000;
const METADATA_MAX_AGE_MS = 60_000;
const RETRY = { retries: 2, initialRetryTime: 50, maxRetryTime: 500 };
const READ_COMMITTED = 1;

/** Makes kafkajs clients with Weir's settings. Whoever asks for one closes it. */
export class KafkaClient {
  readonly kafka: Kafka;
  readonly logger: Logger;
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    patchKafkajs();
    this.#options = options;
    this.logger = options.logger;
    this.kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: RETRY,
      logLevel: logLevel.WARN,
      logCreator: logsTo(options.logger),
    });
  }

  /** A bare connection to the cluster, below producers and consumers. */
  cluster(): Cluster {
    return new clusterClass({
      logger: createKafkajsLogger({ level: logLevel.WARN, logCreator: logsTo(this.#options.logger) }),
      socketFactory: createSocketFactory(),
      brokers: [...this.#options.brokers],
      clientId: this.#options.clientId,
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      enforceRequestTimeout: true,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      isolationLevel: READ_COMMITTED,
      retry: RETRY,
    });
  }
}

/** kafkajs reports every broken connection as an error of its own; Weir logs the state once, so these are details. */
function logsTo(logger: Logger): logCreator {
  return () =>
    ({ namespace, log }) => {
      const { message, error, groupId, broker } = log as { message: string } & Record<string, unknown>;
      logger.debug({ namespace, groupId, broker, detail: typeof error === 'string' ? error : undefined }, message);
    };
}
