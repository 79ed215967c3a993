// Gaps between the tokens of running streams, alone and while a long prompt is read.
import { percentile, table } from '../load/statistics.ts';
import { generate, poolOf, type Server } from './generate.ts';

const STREAMS = 4;
const TOKENS = 240;
const LONG_PROMPT_TOKENS = 4_000;

/** About 4,000 tokens: short common words are one token each. */
const LONG_PROMPT = Array.from({ length: LONG_PROMPT_TOKENS }, (_, index) =>
  ['the', 'river', 'was', 'wide', 'and', 'people', 'came', 'to', 'see', 'it'].at(index % 10),
).join(' ');

export async function prefillGaps(servers: readonly Server[]): Promise<string> {
  const rows: string[][] = [];
  for (const server of servers) {
    const alone = await gapsOf(server, undefined);
    const beside = await gapsOf(server, LONG_PROMPT);
    rows.push([
      server.name,
      percentile(alone.gaps, 0.5).toFixed(0),
      percentile(alone.gaps, 0.99).toFixed(0),
      percentile(beside.gaps, 0.5).toFixed(0),
      percentile(beside.gaps, 0.99).toFixed(0),
      Math.max(...beside.gaps).toFixed(0),
      (beside.prefillMs / 1000).toFixed(1),
    ]);
  }
  return [
    '### A long prompt beside running streams',
    '',
    `Milliseconds between two pieces of ${STREAMS} streams, alone and while a prompt of about ${LONG_PROMPT_TOKENS} tokens is read.`,
    '',
    table(['server', 'alone p50', 'alone p99', 'beside p50', 'beside p99', 'beside most', 'the prompt took, s'], rows),
  ].join('\n');
}

/** Gaps within the time in which the long prompt was read; without one, all gaps. */
async function gapsOf(server: Server, longPrompt: string | undefined) {
  const pool = poolOf(server);
  const started = performance.now();
  const running = Array.from({ length: STREAMS }, (_, seed) =>
    generate(pool, server, { prompt: `Tell me story number ${seed} about a weir.`, tokens: TOKENS, seed }),
  );
  let from = 0;
  let to = Number.POSITIVE_INFINITY;
  if (longPrompt) {
    // The streams are under way after their first tokens; a fixed wait is enough for a measurement.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    from = performance.now() - started;
    const long = await generate(pool, server, { prompt: longPrompt, tokens: 1, seed: 0 });
    if (long.status !== 200) throw new TypeError(`${server.name}: HTTP ${long.status} for the long prompt`);
    to = performance.now() - started;
  }
  const results = await Promise.all(running);
  await pool.close();
  const gaps = results.flatMap(({ pieceMs }) =>
    pieceMs.slice(1).flatMap((at, index) => (at >= from && at <= to ? [at - pieceMs[index]!] : [])),
  );
  return { gaps, prefillMs: to - from };
}
