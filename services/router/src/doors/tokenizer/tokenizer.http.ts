import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { Access, CurrentCall, CurrentPrincipal, type HttpCall } from '@weir/bootstrap';
import type { Principal } from '@weir/grpc';
import { ROUTER_SETTINGS, type RouterSettings } from '../../router.config.js';
import { TokenizerService, type Asker } from '../../routing/tokenizer.service.js';
import { readDetokenizeBody, readTokenizeBody, readTokenizerQuery } from './tokenizer-body.js';

/**
 * A model's own tokenizer, as vLLM has it and lm-evaluation-harness asks for it: POST /tokenize, POST /detokenize,
 * GET /tokenizer_info, and the same under /v1.
 */
@Controller()
@Access({ scope: 'inference' })
export class TokenizerHttp {
  constructor(
    private readonly tokenizers: TokenizerService,
    @Inject(ROUTER_SETTINGS) private readonly settings: RouterSettings,
  ) {}

  @Post(['tokenize', 'v1/tokenize'])
  @HttpCode(200)
  async tokenize(@Body() body: unknown, @CurrentCall() call: HttpCall, @CurrentPrincipal() principal: Principal) {
    const { model, prompt, addSpecialTokens } = readTokenizeBody(body);
    const asker = this.#askerOf(call, principal, model);
    const { tokens, contextTokens } = await this.tokenizers.tokenize(asker, prompt, addSpecialTokens);
    return { count: tokens.length, max_model_len: contextTokens, tokens, token_strs: null };
  }

  @Post(['detokenize', 'v1/detokenize'])
  @HttpCode(200)
  async detokenize(@Body() body: unknown, @CurrentCall() call: HttpCall, @CurrentPrincipal() principal: Principal) {
    const { model, tokens } = readDetokenizeBody(body);
    return { prompt: await this.tokenizers.detokenize(this.#askerOf(call, principal, model), tokens) };
  }

  @Get(['tokenizer_info', 'v1/tokenizer_info'])
  async info(@Query() query: unknown, @CurrentCall() call: HttpCall, @CurrentPrincipal() principal: Principal) {
    const facts = await this.tokenizers.facts(this.#askerOf(call, principal, readTokenizerQuery(query)));
    return {
      bos_token: facts.bosToken || null,
      eos_token: facts.eosToken || null,
      pad_token: facts.padToken || null,
      unk_token: facts.unkToken || null,
      chat_template: facts.chatTemplate || null,
      vocab_size: facts.vocabularySize,
    };
  }

  #askerOf({ signal, requestId, trace, startedAt }: HttpCall, principal: Principal, model: string | undefined): Asker {
    const deadline = startedAt + this.settings.requestTimeoutMs;
    return { model, principal, options: { signal, requestId, trace, principal, deadline } };
  }
}
