import { engineV1, inferenceCompleted } from '@weir/contracts';
import { eventually } from '@weir/testing';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, postStream, type StreamedAnswer } from '../constellation/chat.js';
import { startConstellation, type Constellation } from '@weir/tools';
import { eventLog, type EventLog } from '../constellation/event-log.js';
import { expectLedgerToAgree } from './ledger-sums.js';

const STREAMS = 8;
const WAITING = 4;
const story = {
  model: 'smollm2',
  messages: [{ role: 'user', content: 'Write a long story about a river, chapter by chapter.' }],
  max_tokens: 400,
  temperature: 0.8,
  stream: true,
  stream_options: { include_usage: true },
};

describe('an engine that is killed during 8 streams', () => {
  let weir: Constellation;
  let events: EventLog;

  beforeAll(async () => {
    weir = await startConstellation({ form: 'together' });
    events = await eventLog(weir, [inferenceCompleted]);
  });
  afterAll(async () => {
    await events?.[Symbol.asyncDispose]();
    await weir?.[Symbol.asyncDispose]();
  });

  it('ends those streams with a typed error and their usage, serves those who wait, and is back within 10 s', async () => {
    const url = `${weir.httpUrl}/v1/chat/completions`;
    const key = weir.seeded.demo.secret;
    const begun = new Set<number>();
    const streams: Promise<StreamedAnswer>[] = Array.from({ length: STREAMS }, (_, index) =>
      postStream({ url, key, body: { ...story, seed: index } }, (chunk) => {
        if (chunk.choices?.[0]?.delta?.content) begun.add(index);
      }),
    );
    await eventually(() => begun.size === STREAMS, { timeoutMs: 60_000 });
    const waiting = Array.from({ length: WAITING }, () =>
      post({ url, key, body: { ...story, stream: false, stream_options: undefined, max_tokens: 8 } }),
    );
    const engine = weir.operator.client('inference', engineV1.EngineServiceDefinition);
    await eventually(async () => (await engine.listDeployments({})).deployments[0]?.waiting === WAITING, {
      timeoutMs: 20_000,
    });

    process.kill(engineChildOf(weir.processOf('inference').pid ?? 0), 'SIGKILL');
    const killedAt = performance.now();

    for (const stream of await Promise.all(streams)) {
      expect(stream.error).toMatchObject({ code: 'engine_failed' });
      expect(stream.done).toBe(false);
    }
    await eventually(async () => (await engine.listDeployments({})).deployments[0]?.state === 'ready', {
      timeoutMs: 20_000,
    });
    expect(performance.now() - killedAt).toBeLessThan(10_000);
    for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);

    const failed = await eventually(() => {
      const found = events.all(inferenceCompleted).filter((event) => event.data.error_code === 'engine_failed');
      return found.length === STREAMS ? found : undefined;
    });
    for (const { data } of failed) {
      expect(data).toMatchObject({ outcome: 'error', input_tokens: expect.any(Number) });
      expect(data.input_tokens).toBeGreaterThan(0);
      expect(data.output_tokens).toBeGreaterThan(0);
    }
    expect(await expectLedgerToAgree(weir, events)).toBeGreaterThan(0n);
  });
});

/** The child of a process whose command line names the engine. */
function engineChildOf(parent: number): number {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  const found = pids.find((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return ppid === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine');
    } catch {
      return false; // The process ended while it was looked at.
    }
  });
  if (!found) throw new TypeError(`process ${parent} has no engine`);
  return found;
}
