import { fakeUpstream } from '@weir/testing';
import { engineContract, MAX_QUEUE, MOST_TOKENS, SLOTS, type ContractEngine } from './engine-contract.js';
import { serveUpstreams } from './served-upstream.js';

const WORDS = ['a', ' river', ' runs', ' slowly', ' to', ' the', ' wide', ' sea', '.'];

/** Behind it a fake that answers as a slow, obedient model would. */
async function upstreamEngine(): Promise<ContractEngine> {
  const opened = new AsyncDisposableStack();
  const upstream = opened.use(
    await fakeUpstream({
      gapMs: 5,
      chunks: MOST_TOKENS,
      text: (index) => WORDS[index % WORDS.length] ?? '',
      contextTokens: 4_096,
    }),
  );
  const engine = { slots: SLOTS, max_queue: MAX_QUEUE, max_output_tokens: MOST_TOKENS };
  const { backend } = opened.use(await serveUpstreams([upstream], { engine }));
  return { backend, busy: () => upstream.running, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

engineContract('an OpenAI-compatible upstream', upstreamEngine, { embeddings: true });
