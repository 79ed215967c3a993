import { systemSource } from '@weir/config';
import { auditRecorded } from '@weir/contracts';
import { createLogger, Metrics, Tracing } from '@weir/telemetry';
import { KafkaBus } from '@weir/kafka';

/* A process that the crash test kills: it says what it did, and then it is gone. */

const [role = '', prefix = '', spool = ''] = process.argv.slice(2);
const nowhere = ['127.0.0.1:1'];
const say = (word: string) => process.send?.(word);

const bus = await KafkaBus.connect({
  brokers: role === 'spooler' ? nowhere : (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:19092').split(','),
  clientId: 'victim',
  topicPrefix: prefix,
  replication: 1,
  spoolDirectory: spool,
  logger: createLogger({ level: 'silent' }),
  metrics: new Metrics(),
  tracing: Tracing.create({ serviceName: 'victim', sampleRatio: 0, endpoint: '' }),
  source: systemSource,
  tuning: { commitMs: 50 },
});

if (role === 'consumer') {
  await bus.consume({
    event: auditRecorded,
    group: 'g',
    concurrency: 1,
    onEvent: async ({ data }) => {
      // The third one hangs, after the first two had the time to be committed.
      if (data.target === '2') await new Promise((resolve) => setTimeout(resolve, 500));
      say(data.target);
      if (data.target === '2') await new Promise(() => setInterval(() => undefined, 1000));
    },
  });
} else {
  const publisher = bus.publisher(auditRecorded);
  for (let number = 0; ; number++) {
    const receipt = await publisher.publish({
      audit_id: String(number),
      organization_id: 'org',
      principal: 'p',
      action: 'a',
      target: String(number),
      allowed: true,
      recorded_at: number,
    });
    say(receipt.id);
  }
}
