// Tokens per second at 1, 2, 4 and 8 streams: the model called in its own process without Weir around it, and through
// the front door with everything on.
// npm run bench -- engine [--tokens 128] [--keep]
import { startConstellation, testInfrastructure } from '@weir/tools';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { machine } from '../load/machine.ts';
import { report } from '../load/report.ts';
import { table } from '../load/statistics.ts';

const at = process.argv.indexOf('--tokens');
const TOKENS = at < 0 ? 128 : Number(process.argv[at + 1]);
const STREAMS = [1, 2, 4, 8];
const ROUNDS = 1;
const PROMPT = 'Write a long story about a river and the people who live beside it.';

async function main(): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const infrastructure = opened.use(await testInfrastructure(process.env.WEIR_HOME ?? '.weir', process.env));
  process.env.DATABASE_URL = infrastructure.databaseUrl;
  process.env.KAFKA_BROKERS = infrastructure.kafkaBrokers;
  process.env.WEIR_TEST_MODEL = infrastructure.modelFile;
  const raw = await rawRates(infrastructure.modelFile);
  const weir = opened.use(await startConstellation({ form: 'together' }));
  const rows: string[][] = [];
  for (const [index, streams] of STREAMS.entries()) {
    let best = 0;
    for (let round = 0; round < ROUNDS; round++)
      best = Math.max(best, await throughWeir(weir.httpUrl, weir.seeded.admin.secret, streams));
    rows.push([String(streams), raw[index]!.toFixed(1), best.toFixed(1), (best / raw[index]!).toFixed(2)]);
  }
  report(
    'engine',
    [
      '## Engine',
      '',
      `\`npm run bench -- engine --tokens ${TOKENS} --keep\` on ${new Date().toISOString().slice(0, 10)}; ${machine()};`,
      `SmolLM2-135M-Instruct Q4_1, ${TOKENS} tokens a stream, one round; tokens per second of all streams together.`,
      '',
      table(['streams', 'node-llama-cpp in a process of its own, one thread', 'through the front door', 'share'], rows),
    ].join('\n'),
  );
}

async function rawRates(model: string): Promise<number[]> {
  const child = fork(
    fileURLToPath(new URL('./raw.ts', import.meta.url)),
    [model, PROMPT, String(TOKENS), String(ROUNDS), STREAMS.join(',')],
    {
      env: { ...process.env, UV_THREADPOOL_SIZE: '8' },
    },
  );
  const [rates] = (await once(child, 'message')) as [number[]];
  child.disconnect();
  await once(child, 'exit');
  return rates;
}

async function throughWeir(url: string, key: string, streams: number): Promise<number> {
  const started = performance.now();
  const tokens = await Promise.all(Array.from({ length: streams }, (_, index) => oneStream(url, key, index)));
  return tokens.reduce((sum, count) => sum + count, 0) / ((performance.now() - started) / 1000);
}

async function oneStream(url: string, key: string, seed: number): Promise<number> {
  const response = await request(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      model: 'smollm2',
      messages: [{ role: 'user', content: PROMPT }],
      max_tokens: TOKENS,
      temperature: 0.8,
      seed,
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  const text = await response.body.text();
  return Number(/"completion_tokens":(\d+)/.exec(text)?.[1] ?? 0);
}

await main();
