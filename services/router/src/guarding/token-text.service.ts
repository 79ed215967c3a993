import { Injectable } from '@nestjs/common';
import { asWeirError, WeirError } from '@weir/errors';
import { callOptionsOf } from '../pipeline/call-options.js';
import type { InferenceRequest, Prompt } from '../pipeline/inference-request.js';
import type { RequestRun } from '../pipeline/request-run.js';
import type { Candidate } from '../routing/candidates.js';
import { GenerationService } from '../routing/generation.service.js';
import { TokenizerClient } from '../routing/tokenizer.client.js';

/** Prompts that are read at the same time. */
const AT_ONCE = 16;

/** Gives token prompts their text: no policy can decide on numbers. */
@Injectable()
export class TokenTextService {
  constructor(
    private readonly tokenizers: TokenizerClient,
    private readonly generation: GenerationService,
  ) {}

  /**
   * The request with the text of its tokens. From then on it runs only on targets of the model whose tokens were read.
   * `unsupported_parameter` where no tokenizer can be asked.
   */
  async read(run: RequestRun): Promise<InferenceRequest> {
    const { request } = run;
    if (!request.prompts.some(({ kind }) => kind === 'tokens')) return request;
    const target = this.generation.pickFor(run.candidates);
    run.candidates = run.candidates.filter((candidate) => isSameModel(candidate, target));
    const prompts: Prompt[] = [];
    for (let from = 0; from < request.prompts.length; from += AT_ONCE) {
      const some = request.prompts.slice(from, from + AT_ONCE);
      prompts.push(...(await Promise.all(some.map((prompt) => this.#readOne(run, target, prompt)))));
    }
    return { ...request, prompts };
  }

  async #readOne(run: RequestRun, { deploymentId }: Candidate, prompt: Prompt): Promise<Prompt> {
    if (prompt.kind !== 'tokens') return prompt;
    try {
      return { ...prompt, text: await this.tokenizers.detokenize(deploymentId, prompt.ids, callOptionsOf(run)) };
    } catch (error) {
      const failure = asWeirError(error);
      if (failure.code !== 'unimplemented') throw failure;
      const param = run.request.operation === 'embeddings' ? 'input' : 'prompt';
      throw new WeirError('unsupported_parameter', 'The tokens of this model cannot be read here; send text.', {
        param,
        cause: error,
      });
    }
  }
}

function isSameModel(left: Candidate, right: Candidate): boolean {
  return left.modelName === right.modelName && left.modelVersion === right.modelVersion;
}
