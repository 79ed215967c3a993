import { Injectable } from '@nestjs/common';
import { engineV1 } from '@weir/contracts';
import { RpcClients, type CallOptions, type Client } from '@weir/grpc';
import { clientFailure } from './engine-failure.js';
import { wireWritten, type WrittenPrompt } from './engine-request.js';

/** Tokenizers are fast; one that does not answer in this time does not answer. */
const TIMEOUT_MS = 5_000;

export interface Tokenized {
  readonly tokens: readonly number[];
  /** Tokens that the deployment takes at most, prompt and answer. */
  readonly contextTokens: number;
}

export type TokenizerFacts = engineV1.GetTokenizerResponse;

/** The tokenizers of deployments. Upstreams have none: `unimplemented`. */
@Injectable()
export class TokenizerClient {
  readonly #engine: Client<typeof engineV1.EngineServiceDefinition>;

  constructor(clients: RpcClients) {
    this.#engine = clients.client('inference', engineV1.EngineServiceDefinition);
  }

  async tokenize(
    deploymentId: string,
    input: { readonly prompt: WrittenPrompt; readonly addSpecialTokens: boolean },
    options: CallOptions,
  ): Promise<Tokenized> {
    const { prompt, addSpecialTokens } = input;
    const request = { deploymentId, prompt: wireWritten(prompt), addSpecialTokens };
    return told(() => this.#engine.tokenize(request, bounded(options)));
  }

  async detokenize(deploymentId: string, tokens: readonly number[], options: CallOptions): Promise<string> {
    const request = { deploymentId, tokens: [...tokens] };
    return (await told(() => this.#engine.detokenize(request, bounded(options)))).text;
  }

  async facts(deploymentId: string, options: CallOptions): Promise<TokenizerFacts> {
    return told(() => this.#engine.getTokenizer({ deploymentId }, bounded(options)));
  }
}

function bounded(options: CallOptions): CallOptions {
  return { ...options, timeoutMs: TIMEOUT_MS };
}

async function told<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw clientFailure(error);
  }
}
