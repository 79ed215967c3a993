// Loads a model in the engine's own copy of the binding and prints greedy answers of 100 tokens, as JSON.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const engine = createRequire(new URL('../../../services/inference/engine/package.json', import.meta.url));
const { getLlama } = await import(pathToFileURL(engine.resolve('node-llama-cpp')).href);
const llama = await getLlama({ gpu: false, build: 'never', progressLogs: false, logLevel: 'error' });
const model = await llama.loadModel({ modelPath: process.argv[2] });
const context = await model.createContext({ contextSize: 512, threads: 1 });
const sequence = context.getSequence();

async function answer(prompt) {
  await sequence.clearHistory();
  const tokens = [];
  for await (const token of sequence.evaluate(model.tokenize(prompt), { temperature: 0 })) {
    if (tokens.push(token) === 100) break;
  }
  return model.detokenize(tokens);
}

const answers = [
  await answer('hello the world'),
  await answer('hello the other world'),
  await answer('hello the world'),
];
process.stdout.write(JSON.stringify([...answers, model.detokenize(model.tokenize('über 日本 the world\n'))]));
await llama.dispose();
