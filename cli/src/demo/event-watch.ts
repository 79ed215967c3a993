import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemSource } from '@weir/config';
import {
  billingCharged,
  guardrailVerdict,
  inferenceCompleted,
  type BillingCharged,
  type EventDefinition,
  type GuardrailVerdict,
  type InferenceCompleted,
  type WeirEvent,
} from '@weir/contracts';
import { KafkaBus } from '@weir/kafka';
import { createLogger, Metrics, Tracing } from '@weir/telemetry';
import type { Installation } from '../surroundings/installation.js';
import { until } from './until.js';

const GROUP = 'weir-demo';
const JOINED_WITHIN_MS = 30_000;
const ARRIVES_WITHIN_MS = 30_000;
/** The demo asks for a handful of requests; more than this many events of others are forgotten, oldest first. */
const MOST_KEPT = 10_000;

export interface Seen<T> extends WeirEvent<T> {
  readonly partition: number;
  readonly offset: string;
}

/** What appears on the topics of requests, verdicts and charges while the demo runs. */
export interface EventWatch extends AsyncDisposable {
  completed(requestId: string): Promise<Seen<InferenceCompleted>>;
  verdict(requestId: string, stage: 'input' | 'output'): Promise<Seen<GuardrailVerdict>>;
  charged(requestId: string): Promise<Seen<BillingCharged>>;
}

/** Joins its consumer group before it resolves; a first run reads the topics from their beginning, later ones go on. */
export async function watchEvents(installation: Installation): Promise<EventWatch> {
  await using opened = new AsyncDisposableStack();
  const bus = opened.use(await connect(installation, opened));
  const completed = await collect<InferenceCompleted>(bus, inferenceCompleted);
  const verdicts = await collect<GuardrailVerdict>(bus, guardrailVerdict);
  const charges = await collect<BillingCharged>(bus, billingCharged);
  await until('consumers in their group', () => bus.problems().length === 0, JOINED_WITHIN_MS);
  const open = opened.move();
  const first = <T>(what: string, events: readonly Seen<T>[], fits: (data: T) => boolean) =>
    until(what, () => events.find(({ data }) => fits(data)), ARRIVES_WITHIN_MS);
  return {
    completed: (id) => first(`completed event of ${id}`, completed, (data) => data.request_id === id),
    verdict: (id, stage) =>
      first(`${stage} verdict of ${id}`, verdicts, (data) => data.request_id === id && data.stage === stage),
    charged: (id) => first(`charged event of ${id}`, charges, (data) => data.request_id === id),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

async function connect(installation: Installation, opened: AsyncDisposableStack): Promise<KafkaBus> {
  const spoolDirectory = await mkdtemp(join(tmpdir(), 'weir-demo-'));
  opened.defer(() => rm(spoolDirectory, { recursive: true, force: true }));
  return KafkaBus.connect({
    brokers: installation.kafkaBrokers,
    clientId: 'weir-demo',
    topicPrefix: installation.topicPrefix,
    replication: installation.topicReplication,
    spoolDirectory,
    logger: createLogger({ level: 'silent' }),
    metrics: new Metrics(),
    tracing: Tracing.create({ serviceName: 'weir-demo', sampleRatio: 0, endpoint: '' }),
    source: systemSource,
  });
}

async function collect<T>(bus: KafkaBus, event: EventDefinition): Promise<readonly Seen<T>[]> {
  const seen: Seen<T>[] = [];
  await bus.consume({
    event,
    // From the beginning: a new group that starts at the end misses what comes before its first look.
    group: GROUP,
    fromBeginning: true,
    retryDelaysMs: [],
    onEvent: async (one, { partition, offset }) => {
      if (seen.length === MOST_KEPT) seen.shift();
      seen.push({ ...(one as WeirEvent<T>), partition, offset });
    },
  });
  return seen;
}
