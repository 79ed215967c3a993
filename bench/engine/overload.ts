// Four times what the engine can do, for a minute: what is served, how fast the rest is refused, and the memory.
import type { Constellation } from '@weir/tools';
import { useOf } from '../load/process-tree.ts';
import { percentile, table } from '../load/statistics.ts';
import { generate, poolOf, rateOf, type Server, type StreamResult } from './generate.ts';

const TOKENS = 48;
const PROMPT = 'Tell me about rivers.';
const FACTOR = 4;
const SECONDS = 60;

export async function overload(server: Server, weir: Constellation): Promise<string> {
  const peak = await rateOf(server, 8, TOKENS * 2, PROMPT);
  const perSecond = (FACTOR * peak) / TOKENS;
  const pool = poolOf(server);
  const before = useOf(weir.pids()).residentMb;
  const started = performance.now();
  const pending: Promise<StreamResult>[] = [];
  const memory: number[] = [];
  for (let index = 0; index < perSecond * SECONDS; index++) {
    const wait = started + (index * 1000) / perSecond - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    if (index % Math.ceil(perSecond * 5) === 0) memory.push(useOf(weir.pids()).residentMb);
    pending.push(generate(pool, server, { prompt: PROMPT, tokens: TOKENS }));
  }
  const offeredSeconds = (performance.now() - started) / 1000;
  const results = await Promise.all(pending);
  const seconds = (performance.now() - started) / 1000;
  await pool.close();
  const served = results.filter(({ status }) => status === 200);
  const refused = results.filter(({ status }) => status === 429);
  const tokens = served.reduce((sum, result) => sum + result.tokens, 0);
  const refusalMs = refused.map(({ totalMs }) => totalMs);
  const rows = [
    ['offered', `${results.length} requests in ${offeredSeconds.toFixed(0)} s, ${perSecond.toFixed(1)} a second`],
    [
      'served, refused, other',
      `${served.length}, ${refused.length}, ${results.length - served.length - refused.length}`,
    ],
    [
      'tokens per second',
      `${(tokens / seconds).toFixed(1)}, ${((100 * tokens) / seconds / peak).toFixed(0)} % of the peak of ${peak.toFixed(1)}`,
    ],
    [
      'refusal, ms',
      `p50 ${percentile(refusalMs, 0.5).toFixed(1)}, p99 ${percentile(refusalMs, 0.99).toFixed(1)}, most ${Math.max(...refusalMs).toFixed(1)}`,
    ],
    [
      'Retry-After of refusals, s',
      [...new Set(refused.map(({ headers }) => String(headers['retry-after'])))].sort().join(', '),
    ],
    ['resident MB before, and every 5 s', `${before.toFixed(0)}; ${memory.map((mb) => mb.toFixed(0)).join(', ')}`],
  ];
  return [
    '### Overload',
    '',
    `${FACTOR} times the capacity for ${SECONDS} s, ${TOKENS} tokens a request.`,
    '',
    table(['', ''], rows),
  ].join('\n');
}
