import { Inject, Injectable } from '@nestjs/common';
import { RegistrySnapshot } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import type { CallOptions, Principal } from '@weir/grpc';
import { Semaphore } from '@weir/resilience';
import { PricesClient } from '../admission/prices.client.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../router.config.js';
import { candidatesOf, isVisible } from './candidates.js';
import type { WrittenPrompt } from './engine-request.js';
import { GenerationService } from './generation.service.js';
import { TokenizerClient, type Tokenized, type TokenizerFacts } from './tokenizer.client.js';

export interface Asker {
  readonly principal: Principal;
  readonly options: CallOptions;
  /** Undefined = the only model that the caller may use. */
  readonly model: string | undefined;
}

/** Answers about the tokens of a model. Not billed, so only so many at the same time. */
@Injectable()
export class TokenizerService {
  readonly #permits: Semaphore;

  constructor(
    private readonly snapshot: RegistrySnapshot,
    private readonly prices: PricesClient,
    private readonly generation: GenerationService,
    private readonly tokenizers: TokenizerClient,
    @Inject(ROUTER_SETTINGS) settings: RouterSettings,
  ) {
    this.#permits = new Semaphore(settings.maxTokenizerCalls);
  }

  tokenize(asker: Asker, prompt: WrittenPrompt, addSpecialTokens: boolean): Promise<Tokenized> {
    return this.#ask(asker, (id) => this.tokenizers.tokenize(id, { prompt, addSpecialTokens }, asker.options));
  }

  detokenize(asker: Asker, tokens: readonly number[]): Promise<string> {
    return this.#ask(asker, (id) => this.tokenizers.detokenize(id, tokens, asker.options));
  }

  facts(asker: Asker): Promise<TokenizerFacts> {
    return this.#ask(asker, (id) => this.tokenizers.facts(id, asker.options));
  }

  async #ask<T>(asker: Asker, call: (deploymentId: string) => Promise<T>): Promise<T> {
    using permit = this.#permits.tryAcquire();
    if (!permit) {
      throw new WeirError('overloaded', 'Too many questions about tokens at the same time.', { retryAfterMs: 1_000 });
    }
    return await call(this.#deploymentOf(asker));
  }

  #deploymentOf({ model, principal }: Asker): string {
    const visible = this.snapshot.routes().filter((route) => isVisible(route, principal));
    const route =
      model === undefined && visible.length === 1 ? visible[0] : visible.find(({ alias }) => alias === model);
    if (!route && model === undefined) {
      const message = "Missing required parameter: 'model'. It may be left out where there is only one.";
      throw new WeirError('invalid_request', message, { param: 'model' });
    }
    if (!route) {
      const message = `The model '${model}' does not exist or you do not have access to it.`;
      throw new WeirError('model_not_found', message, { param: 'model' });
    }
    const found = candidatesOf(route, {
      deployment: (id) => this.snapshot.deployment(id),
      priceOf: (name) => this.prices.priceOf(name),
    });
    if (found.kind === 'found') return this.generation.pickFor(found.candidates).deploymentId;
    throw new WeirError('engine_unavailable', 'No target of this model is meant to run now.', { retryAfterMs: 5_000 });
  }
}
