// The raw engine: node-llama-cpp with its defaults, sequences decoded together, no scheduler, no sockets, no events.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../services/inference/engine/package.json', import.meta.url));
const { getLlama, LlamaChatSession } = (await import(
  pathToFileURL(require.resolve('node-llama-cpp')).href
)) as typeof import('../../services/inference/engine/node_modules/node-llama-cpp/dist/index.js');

const [model = '', prompt = '', tokens = '128', rounds = '2', streams = '1'] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, logLevel: 'error' as never });
const loaded = await llama.loadModel({ modelPath: model });
const counts = streams.split(',').map(Number);
// One thread: with two, llama.cpp's barriers spin against whatever else runs on two cores, down to below 1 token/s.
const context = await loaded.createContext({ threads: 1, sequences: Math.max(...counts), contextSize: 1024 });
const sequences = Array.from({ length: Math.max(...counts) }, () => context.getSequence());

async function generate(index: number): Promise<number> {
  const sequence = sequences[index]!;
  await sequence.clearHistory();
  const session = new LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
  let generated = 0;
  await session.prompt(prompt, {
    maxTokens: Number(tokens),
    temperature: 0.8,
    seed: index,
    onToken: (chunk) => void (generated += chunk.length),
  });
  session.dispose();
  return generated;
}

const rates: number[] = [];
for (const count of counts) {
  let best = 0;
  for (let round = 0; round < Number(rounds); round++) {
    const started = performance.now();
    const generated = await Promise.all(Array.from({ length: count }, (_, index) => generate(index)));
    best = Math.max(best, generated.reduce((sum, one) => sum + one, 0) / ((performance.now() - started) / 1000));
  }
  rates.push(best);
}
process.send?.(rates);
process.on('disconnect', () => process.exit(0));
