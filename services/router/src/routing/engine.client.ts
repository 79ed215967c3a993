import { Injectable } from '@nestjs/common';
import { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { RpcClients, type Client } from '@weir/grpc';
import { Tracing, type Span } from '@weir/telemetry';
import { abortError } from '../pipeline/abort.js';
import { callOptionsOf } from '../pipeline/call-options.js';
import type { Prompt } from '../pipeline/inference-request.js';
import type { RequestRun } from '../pipeline/request-run.js';
import type { Candidate } from './candidates.js';
import { clientFailure } from './engine-failure.js';

/** Time for counting the input of an answer that was cut off before the engine told it. */
const COUNT_TIMEOUT_MS = 500;

/** Calls to engines in the words of the pipeline. */
@Injectable()
export class EngineClient {
  readonly #engine: Client<typeof engineV1.EngineServiceDefinition>;
  readonly #tracing: Tracing;

  constructor(clients: RpcClients, tracing: Tracing) {
    this.#engine = clients.client('inference', engineV1.EngineServiceDefinition);
    this.#tracing = tracing;
  }

  /**
   * Text of one attempt on the run's target. Usage, finish reason and times go into the run; a failure is thrown after its
   * usage was taken from it. Leaving the iteration or aborting the signal frees the engine's slot.
   */
  async *generate(run: RequestRun, target: Candidate, prompt: Prompt, signal: AbortSignal): AsyncGenerator<string> {
    const meter = run.attempt(target);
    const span = this.#startSpan(run, target);
    let started = false;
    try {
      for await (const message of this.#engine.generate(requestOf(run, target, prompt), {
        ...callOptionsOf(run),
        signal,
        trace: span?.context ?? run.caller.trace,
      })) {
        meter.onMessage(message);
        if (message.finishReason) finish(run, message.finishReason);
        if (!message.text) continue;
        if (!started) {
          started = true;
          run.clock.lap('ttft');
          if (!run.request.stream) run.noteFirstText();
        }
        yield message.text;
      }
      if (run.finishReason === undefined) throw new WeirError('engine_failed', 'The engine stopped without an end.');
      span?.end();
    } catch (error) {
      meter.onError(error);
      span?.end(error);
      throw run.caller.signal.aborted ? abortError(run.caller.signal) : clientFailure(error);
    }
  }

  /** Input tokens of the prompt as the target counts them; undefined when it cannot or does not answer in time. */
  async countTokens(target: Candidate, prompt: Prompt): Promise<number | undefined> {
    try {
      const request = { deploymentId: target.deploymentId, prompt: wirePrompt(prompt) };
      return (await this.#engine.countTokens(request, { timeoutMs: COUNT_TIMEOUT_MS })).tokens;
    } catch {
      // Engines that cannot count are expected; the caller estimates and counts that.
      return undefined;
    }
  }

  #startSpan({ request, caller }: RequestRun, target: Candidate): Span | undefined {
    if (!caller.trace?.sampled) return undefined;
    const operation = request.prompt.kind === 'chat' ? 'chat' : 'text_completion';
    return this.#tracing.startSpan(`${operation} ${request.model}`, {
      parent: caller.trace,
      kind: 'client',
      attributes: {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': target.providerName,
        'gen_ai.request.model': request.model,
        'gen_ai.response.model': target.modelName,
        'gen_ai.response.id': caller.requestId,
        'gen_ai.request.stream': request.stream,
      },
    });
  }
}

function requestOf({ request, caller }: RequestRun, target: Candidate, prompt: Prompt) {
  const { maxTokens = target.maxOutputTokens, temperature, topP, seed, stop } = request.sampling;
  return {
    deploymentId: target.deploymentId,
    requestId: caller.requestId,
    tenant: caller.principal.projectId,
    prompt: wirePrompt(prompt),
    options: {
      maxTokens: Math.min(maxTokens, target.maxOutputTokens),
      temperature,
      topP,
      seed,
      stop: [...stop],
    },
  };
}

function wirePrompt(prompt: Prompt) {
  if (prompt.kind === 'text') return { $case: 'text' as const, value: prompt.text };
  return { $case: 'chat' as const, value: { turns: [...prompt.turns] } };
}

/** The engine's own reasons that clients do not know become the nearest ones that they do. */
function finish(run: RequestRun, reason: string): void {
  if (reason === 'cancelled') throw new WeirError('engine_failed', 'The engine gave the request up.');
  run.finishReason = reason === 'stop' ? 'stop' : 'length';
  if (reason === 'deadline') run.cutReason = 'deadline';
}
