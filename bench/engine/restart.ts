// From the death of the engine to the first token after it.
import type { Constellation } from '@weir/tools';
import { childrenOf } from '../load/process-tree.ts';
import { percentile } from '../load/statistics.ts';
import { generate, poolOf, type Server } from './generate.ts';

const ROUNDS = 5;

export async function restart(server: Server, weir: Constellation): Promise<string> {
  const times: number[] = [];
  const pool = poolOf(server);
  for (let round = 0; round < ROUNDS; round++) {
    await generate(pool, server, { prompt: 'Hello.', tokens: 4, seed: round });
    const inference = weir.processOf('inference').pid ?? 0;
    const engine = childrenOf(inference).find(({ command }) => command.includes('engine/dist/main.js'));
    if (!engine) throw new TypeError('the engine process was not found');
    process.kill(engine.pid, 'SIGKILL');
    const killedAt = performance.now();
    for (;;) {
      const result = await generate(pool, server, { prompt: 'Hello.', tokens: 4, seed: round });
      if (result.status === 200 && result.tokens > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    times.push(performance.now() - killedAt);
  }
  await pool.close();
  const seconds = (p: number) => (percentile(times, p) / 1000).toFixed(2);
  return [
    '### Restart',
    '',
    `kill -9 of the engine to the end of a request of 4 tokens, ${ROUNDS} times: p50 ${seconds(0.5)} s, most ${seconds(1)} s.`,
  ].join('\n');
}
