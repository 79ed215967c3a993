import { systemSource } from '@weir/config';
import { KafkaBus } from '@weir/kafka';
import { Tracing } from '@weir/telemetry';
import { silentLogger, testMetrics } from './quiet.js';
import { surroundings, temporaryFolder, uniqueName } from './surroundings.js';

/** A bus to the real Kafka (KAFKA_BROKERS) with a topic prefix and a spool of its own. */
export async function testBus(): Promise<KafkaBus> {
  const spool = await temporaryFolder();
  const tracing = Tracing.create({ serviceName: 'test', sampleRatio: 0, endpoint: '' });
  const bus = await KafkaBus.connect({
    brokers: surroundings().kafkaBrokers,
    clientId: 'weir-test',
    topicPrefix: `${uniqueName()}.`,
    replication: 1,
    spoolDirectory: spool.path,
    logger: silentLogger,
    metrics: testMetrics(),
    tracing,
    source: systemSource,
  });
  const close = bus[Symbol.asyncDispose].bind(bus);
  return Object.defineProperty(bus, Symbol.asyncDispose, {
    value: async () => {
      await close();
      await tracing.shutdown();
      await spool[Symbol.asyncDispose]();
    },
  });
}
