// Tokens per second at 1, 2, 4 and 8 streams, the servers in turn within each round.
import { median, table } from '../load/statistics.ts';
import { rateOf, type Server } from './generate.ts';

const STREAMS = [1, 2, 4, 8];
const PROMPT = 'Write a long story about a river and the people who live beside it.';

export interface ThroughputOptions {
  readonly tokens: number;
  readonly rounds: number;
}

export async function throughput(weir: Server, peer: Server | undefined, options: ThroughputOptions): Promise<string> {
  const rows: string[][] = [];
  for (const streams of STREAMS) {
    const own: number[] = [];
    const others: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      if (peer) others.push(await rateOf(peer, streams, options.tokens, PROMPT));
      own.push(await rateOf(weir, streams, options.tokens, PROMPT));
    }
    const row = [String(streams), median(own).toFixed(1)];
    if (peer) row.push(median(others).toFixed(1), (median(own) / median(others)).toFixed(2));
    rows.push(row);
  }
  const header = ['streams', 'through the front door', ...(peer ? ['llama-server', 'share'] : [])];
  return [
    '### Throughput',
    '',
    `Tokens per second of all streams together, ${options.tokens} tokens each, median of ${options.rounds} rounds.`,
    '',
    table(header, rows),
  ].join('\n');
}
