import type { EventData, EventDefinition, WeirEvent } from '@weir/contracts';
import { systemSource } from '@weir/config';
import { KafkaBus } from '@weir/kafka';
import { eventually, silentLogger, temporaryFolder, testMetrics, uniqueName } from '@weir/testing';
import { Tracing } from '@weir/telemetry';
import type { Constellation } from '@weir/tools';

export interface LoggedEvent<T> extends WeirEvent<T> {
  readonly partition: number;
  readonly offset: string;
}

/** Everything that was published on some topics, as an analyst's consumer sees it. */
export interface EventLog extends AsyncDisposable {
  all<D extends EventDefinition>(event: D): readonly LoggedEvent<EventData<D>>[];
  /** Waits for the first event that fits. */
  find<D extends EventDefinition>(
    event: D,
    fits: (data: EventData<D>) => boolean,
    timeoutMs?: number,
  ): Promise<LoggedEvent<EventData<D>>>;
}

/** Reads the topics of a constellation from their beginning, in a consumer group of its own. */
export async function eventLog(weir: Constellation, definitions: readonly EventDefinition[]): Promise<EventLog> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await temporaryFolder());
  const bus = opened.use(
    await KafkaBus.connect({
      brokers: (weir.environment.KAFKA_BROKERS ?? '').split(','),
      clientId: 'flow-test',
      topicPrefix: weir.environment.WEIR_TOPIC_PREFIX ?? '',
      replication: 1,
      spoolDirectory: folder.path,
      logger: silentLogger,
      metrics: testMetrics(),
      tracing: Tracing.create({ serviceName: 'flow-test', sampleRatio: 0, endpoint: '' }),
      source: systemSource,
    }),
  );
  const seen = new Map<string, LoggedEvent<never>[]>();
  const group = uniqueName();
  for (const event of definitions) {
    const list: LoggedEvent<never>[] = [];
    seen.set(event.type, list);
    const onEvent = async (one: WeirEvent, { partition, offset }: { partition: number; offset: string }) =>
      void list.push({ ...one, partition, offset } as LoggedEvent<never>);
    await bus.consume({ event, group: `${group}.${event.type}`, onEvent });
  }
  const open = opened.move();
  const all = <D extends EventDefinition>(event: D) =>
    (seen.get(event.type) ?? []) as readonly LoggedEvent<EventData<D>>[];
  return {
    all,
    find: (event, fits, timeoutMs = 20_000) =>
      eventually(() => all(event).find((one) => fits(one.data)), { timeoutMs }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
