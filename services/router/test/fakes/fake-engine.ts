import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { engineV1 } from '@weir/contracts';
import { WeirError, type ErrorCode } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { sleep } from '@weir/resilience';

const router = { services: ['router' as const] };

export interface Script {
  /** One message each; default: three words. */
  texts?: string[];
  /** Instead of texts: messages as they are. Each counts as one token. */
  parts?: Part[];
  /** Scripts of single answers, by the end of their request id: `-1` is the second. */
  choices?: Record<string, Script>;
  gapMs?: number;
  /** Nothing is generated before this resolves. */
  gate?: Promise<void>;
  /** Nothing follows the texts before this resolves. */
  beforeEnd?: Promise<void>;
  /** Fails after the texts instead of ending. */
  failWith?: ErrorCode;
  failMessage?: string;
  /** Waits after the texts until the call is cancelled. */
  hang?: boolean;
  finishReason?: string;
  /** Details of the failure besides its usage. */
  failDetails?: Record<string, string>;
  failParam?: string;
}

/** A message of an engine, as far as a test sets it. */
export type Part = Parameters<typeof engineV1.GenerateResponse.fromPartial>[0];

/** Its tokenizer: one token per character, the id is its code. */
const tokensOf = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);
const textOf = (tokens: readonly number[]) => tokens.map((token) => String.fromCodePoint(token)).join('');

/** An engine that plays a script per deployment and remembers what it was asked and who left. */
@GrpcHandlers(engineV1.EngineServiceDefinition, {
  generate: router,
  countTokens: router,
  loadDeployment: router,
  unloadDeployment: router,
  listDeployments: router,
  embed: router,
  tokenize: router,
  detokenize: router,
  getTokenizer: router,
  isolateDeployment: router,
  releaseDeployment: router,
})
export class FakeEngine {
  readonly scripts = new Map<string, Script>();
  readonly requests: engineV1.GenerateRequest[] = [];
  readonly cancelled: string[] = [];
  running = 0;
  produced = 0;
  /** Without a tokenizer, as upstreams are. */
  tokenless = false;
  readonly embedded: engineV1.EmbedRequest[] = [];

  async *generate(request: engineV1.GenerateRequest, call: CallContext) {
    this.requests.push(request);
    this.running += 1;
    let output = 0;
    try {
      const script = this.#scriptOf(request);
      await script.gate;
      for (const part of partsOf(script)) {
        if (script.gapMs) await sleep(script.gapMs, call.signal);
        output += 1;
        this.produced += part.text?.length ?? 0;
        yield part;
      }
      await script.beforeEnd;
      if (script.hang) await sleep(60_000, call.signal);
      if (script.failWith) {
        const used: Record<string, number> = output > 0 ? { input_tokens: 7, output_tokens: output } : {};
        const details = { ...used, ...script.failDetails };
        throw new WeirError(script.failWith, script.failMessage ?? 'scripted', {
          retryAfterMs: 1_500,
          details,
          ...(script.failParam ? { param: script.failParam } : {}),
        });
      }
      yield {
        text: '',
        finishReason: script.finishReason ?? 'stop',
        usage: { inputTokens: 7, outputTokens: output, cachedInputTokens: 2 },
      };
    } finally {
      if (call.signal.aborted) this.cancelled.push(request.requestId);
      this.running -= 1;
    }
  }

  async embed(request: engineV1.EmbedRequest) {
    this.embedded.push(request);
    const texts = request.inputs.map(({ input }) =>
      input?.$case === 'text' ? input.value : textOf(input?.value.ids ?? []),
    );
    const embeddings = texts.map((text) => ({ values: [text.length, 0.5, -1] }));
    return { embeddings, inputTokens: texts.reduce((sum, text) => sum + text.length, 0) };
  }

  async tokenize({ prompt, addSpecialTokens }: engineV1.TokenizeRequest) {
    this.#needTokenizer();
    const text =
      prompt?.$case === 'chat'
        ? prompt.value.turns.map((turn) => `${turn.role}:${turn.content};`).join('')
        : prompt?.value;
    return { tokens: [...(addSpecialTokens ? [1] : []), ...tokensOf(text ?? '')], contextTokens: 2048 };
  }

  async detokenize({ tokens }: engineV1.DetokenizeRequest) {
    this.#needTokenizer();
    return { text: textOf(tokens) };
  }

  async getTokenizer() {
    this.#needTokenizer();
    return { bosToken: '<s>', eosToken: '</s>', chatTemplate: '{{ messages }}', vocabularySize: 256 };
  }

  async countTokens() {
    return { tokens: 7 };
  }

  async loadDeployment(): Promise<engineV1.LoadDeploymentResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async unloadDeployment(): Promise<engineV1.UnloadDeploymentResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async listDeployments() {
    return { deployments: [] };
  }

  async isolateDeployment(): Promise<engineV1.IsolateDeploymentResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async releaseDeployment(): Promise<engineV1.ReleaseDeploymentResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  #scriptOf({ deploymentId, requestId }: engineV1.GenerateRequest): Script {
    const script = this.scripts.get(deploymentId) ?? {};
    const own = Object.entries(script.choices ?? {}).find(([end]) => requestId.endsWith(end));
    return own ? own[1] : script;
  }

  #needTokenizer(): void {
    if (this.tokenless) throw new WeirError('unimplemented', 'an upstream has no tokenizer');
  }
}

function partsOf({ parts, texts = ['one ', 'two ', 'three'] }: Script): Part[] {
  return parts ?? texts.map((text) => ({ text }));
}

@Module({ providers: [FakeEngine] })
class FakeEngineModule {}

export const fakeEngine: ServiceDescriptor = { name: 'inference', module: FakeEngineModule, settings: {}, metrics: {} };
