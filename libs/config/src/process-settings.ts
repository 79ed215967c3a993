import { z } from 'zod';
import { flag, list, port, setting, type SettingsValues } from './settings.js';

export const SERVICE_NAMES = [
  'registry',
  'router',
  'guardrails',
  'inference',
  'billing',
  'evaluator',
  'monitor',
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

const address = (env: string, service: ServiceName) =>
  setting(env, z.string().default(''), `host:port of the ${service} service, when it runs in another process.`);

/** Settings of every Weir process, whatever services it runs. */
export const processSettings = {
  services: setting('WEIR_SERVICES', list('all'), 'Services of this process: `all`, or a comma-separated list.'),
  host: setting('WEIR_HOST', z.string().default('127.0.0.1'), 'Address that HTTP and gRPC listen on.'),
  httpPort: setting('WEIR_HTTP_PORT', port(8080), 'HTTP port; 0 picks a free one.'),
  grpcPort: setting('WEIR_GRPC_PORT', port(9090), 'gRPC port; 0 picks a free one.'),
  databaseUrl: setting(
    'DATABASE_URL',
    z.string().default('postgres://weir:weir@127.0.0.1:15432/weir'),
    'PostgreSQL of every service; each uses a schema of its own.',
    { secret: true },
  ),
  schemaPrefix: setting(
    'WEIR_SCHEMA_PREFIX',
    z
      .string()
      .regex(/^[a-z0-9_]*$/)
      .default(''),
    'Put before each schema name; tests use it.',
  ),
  databasePoolSize: setting(
    'WEIR_DATABASE_POOL_SIZE',
    z.coerce.number().int().min(1).max(100).default(4),
    'Connections per service.',
  ),
  kafkaBrokers: setting('KAFKA_BROKERS', list('127.0.0.1:19092'), 'Kafka bootstrap servers.'),
  topicPrefix: setting(
    'WEIR_TOPIC_PREFIX',
    z
      .string()
      .regex(/^[a-z0-9_.-]*$/)
      .default(''),
    'Put before each topic and group name; tests use it.',
  ),
  topicReplication: setting(
    'WEIR_TOPIC_REPLICATION',
    z.coerce.number().int().min(1).default(1),
    'Replication factor of created topics.',
  ),
  home: setting('WEIR_HOME', z.string().default('.weir'), 'Folder for the spool, keys and embedded services.'),
  binding: setting(
    'WEIR_BINDING',
    z.enum(['auto', 'grpc']).default('auto'),
    '`auto`: services of one process call each other directly; `grpc`: over the wire even inside one process.',
  ),
  keyPepper: setting('WEIR_KEY_PEPPER', z.string().min(16), 'Secret under which API keys are hashed (HMAC-SHA256).', {
    secret: true,
  }),
  meshSecret: setting(
    'WEIR_MESH_SECRET',
    z.string().min(16),
    'Secret with which the services of one installation prove who they are to each other where no mTLS is set up.',
    { secret: true },
  ),
  tlsDirectory: setting(
    'WEIR_TLS_DIR',
    z.string().default(''),
    'Folder with ca.pem, and <service>.pem and <service>.key for mTLS between services; empty = no mTLS.',
  ),
  logLevel: setting(
    'WEIR_LOG_LEVEL',
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    'Least level that is logged.',
  ),
  otlpEndpoint: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    z.string().default(''),
    'OTLP/HTTP endpoint for traces; empty = no export.',
  ),
  traceSampleRatio: setting(
    'WEIR_TRACE_SAMPLE_RATIO',
    z.coerce.number().min(0).max(1).default(0.1),
    'Share of traces that are recorded.',
  ),
  drainSeconds: setting(
    'WEIR_DRAIN_SECONDS',
    z.coerce.number().min(0).max(600).default(20),
    'Longest time running requests get to end after SIGTERM.',
  ),
  eventLoopMetrics: setting('WEIR_RUNTIME_METRICS', flag(true), 'Whether /metrics has the Node.js runtime metrics.'),
  registryAddr: address('WEIR_REGISTRY_ADDR', 'registry'),
  routerAddr: address('WEIR_ROUTER_ADDR', 'router'),
  guardrailsAddr: address('WEIR_GUARDRAILS_ADDR', 'guardrails'),
  inferenceAddr: address('WEIR_INFERENCE_ADDR', 'inference'),
  billingAddr: address('WEIR_BILLING_ADDR', 'billing'),
  evaluatorAddr: address('WEIR_EVALUATOR_ADDR', 'evaluator'),
  monitorAddr: address('WEIR_MONITOR_ADDR', 'monitor'),
};

export type ProcessSettings = SettingsValues<typeof processSettings>;
