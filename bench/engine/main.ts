// What the engine gives through the front door, beside llama.cpp's own server in the same run.
// npm run bench -- engine [--only throughput,prefill,overload,restart] [--tokens 100] [--rounds 3]
//   [--llama-server PATH] [--keep]
import { localModel, startConstellation } from '@weir/tools';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { openInfrastructure } from '../load/infrastructure.ts';
import { machine } from '../load/machine.ts';
import { report } from '../load/report.ts';
import { generate, poolOf, type Server } from './generate.ts';
import { startLlamaServer } from './llama-server.ts';
import { overload } from './overload.ts';
import { prefillGaps } from './prefill.ts';
import { restart } from './restart.ts';
import { throughput } from './throughput.ts';

const SLOTS = 8;
/** Room for the long prompt of the second section. */
const CONTEXT_TOKENS = 6_144;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'throughput,prefill,overload,restart' },
    tokens: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    'llama-server': { type: 'string' },
    keep: { type: 'boolean' },
  },
});

async function main(): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const infrastructure = opened.use(await openInfrastructure());
  const model = localModel(infrastructure.modelFile);
  const engine = { ...model.engine, slots: SLOTS, contextTokens: CONTEXT_TOKENS };
  const weir = opened.use(await startConstellation({ form: 'together', served: [{ ...model, engine }] }));
  const front: Server = { name: 'Weir', url: weir.httpUrl, key: weir.seeded.admin.secret, model: model.alias };
  const path = values['llama-server'];
  const started =
    path &&
    (await startLlamaServer({
      path,
      model: infrastructure.modelFile,
      slots: SLOTS,
      contextTokens: CONTEXT_TOKENS,
      threads: cpus().length,
    }));
  const peer = started ? opened.use(started) : undefined;
  for (const server of peer ? [front, peer] : [front]) await warmUp(server);

  const sections: Record<string, () => Promise<string>> = {
    throughput: () => throughput(front, peer, { tokens: Number(values.tokens), rounds: Number(values.rounds) }),
    prefill: () => prefillGaps(peer ? [front, peer] : [front]),
    overload: () => overload(front, weir),
    restart: () => restart(front, weir),
  };
  const bodies: string[] = [];
  for (const name of values.only.split(',')) {
    const section = sections[name];
    if (!section) throw new TypeError(`there is no section "${name}": ${Object.keys(sections).join(', ')}`);
    bodies.push(await section());
    process.stderr.write(`${bodies.at(-1)}\n\n`);
  }
  const command = ['npm run bench -- engine', ...process.argv.slice(2)].join(' ').replace(path ?? '\0', 'PATH');
  report(
    'engine',
    [
      '## Engine',
      '',
      `\`${command}\` on ${new Date().toISOString().slice(0, 10)}; ${machine()}; SmolLM2-135M-Instruct Q4_1,`,
      `${SLOTS} slots of ${CONTEXT_TOKENS} tokens, both servers loaded and one of them under load at a time.`,
      '',
      bodies.join('\n\n'),
    ].join('\n'),
  );
}

async function warmUp(server: Server): Promise<void> {
  const pool = poolOf(server);
  await generate(pool, server, { prompt: 'Hello.', tokens: 16, seed: 0 });
  await pool.close();
}

await main();
