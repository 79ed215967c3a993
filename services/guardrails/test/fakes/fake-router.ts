import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { inferenceV1 } from '@weir/contracts';
import { WeirError, type ErrorCode } from '@weir/errors';
import type { CallContext, Principal } from '@weir/grpc';
import { sleep } from '@weir/resilience';

const guardrails = { services: ['guardrails' as const] };

export interface Asked {
  readonly input: inferenceV1.ChatInput;
  readonly principal: Principal | undefined;
}

/** How a model answers. */
export interface ModelScript {
  readonly text?: string;
  readonly finishReason?: string;
  /** Of the answer's only token: its alternatives with their probabilities. */
  readonly likely?: Readonly<Record<string, number>>;
  readonly failWith?: ErrorCode;
  readonly hang?: boolean;
}

/** A router whose models play scripts by alias, and which remembers what it was asked, and who left. */
@GrpcHandlers(inferenceV1.InferenceServiceDefinition, {
  chat: guardrails,
  chatStream: guardrails,
  embed: guardrails,
  listModels: guardrails,
})
export class FakeRouter {
  readonly scripts = new Map<string, ModelScript>();
  readonly asked: Asked[] = [];
  left = 0;

  async chat({ input }: inferenceV1.ChatRequest, call: CallContext) {
    if (!input) throw new WeirError('invalid_request', 'no input');
    this.asked.push({ input, principal: call.principal });
    const script = this.scripts.get(input.model) ?? {};
    if (script.hang) await this.#hang(call);
    if (script.failWith) throw new WeirError(script.failWith, 'scripted');
    return { choices: [choiceOf(script, input.logprobs)] };
  }

  async *chatStream() {
    yield* notHere();
  }

  async embed(): Promise<inferenceV1.EmbedResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async listModels() {
    return { models: [] };
  }

  async #hang(call: CallContext): Promise<void> {
    try {
      await sleep(60_000, call.signal);
    } finally {
      this.left += 1;
    }
  }
}

function notHere(): AsyncIterable<inferenceV1.ChatStreamResponse> {
  throw new WeirError('unimplemented', 'not in tests');
}

function choiceOf({ text = 'safe', finishReason = 'stop', likely = {} }: ModelScript, withLogprobs: boolean) {
  const top = Object.entries(likely).map(([token, probability]) => ({ token, logprob: Math.log(probability) }));
  const logprobs =
    withLogprobs && top.length > 0 ? [{ token: text.split('\n')[0] ?? '', logprob: top[0]?.logprob ?? 0, top }] : [];
  return { message: { role: 'assistant', content: text }, finishReason, logprobs };
}

@Module({ providers: [FakeRouter] })
class FakeRouterModule {}

export const fakeRouter: ServiceDescriptor = { name: 'router', module: FakeRouterModule, settings: {}, metrics: {} };
