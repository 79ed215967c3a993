import { Injectable } from '@nestjs/common';
import { engineV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { RpcClients, type Client } from '@weir/grpc';
import { Tracing, type Span } from '@weir/telemetry';
import { abortError } from '../pipeline/abort.js';
import { callOptionsOf } from '../pipeline/call-options.js';
import type { ChoiceRun } from '../pipeline/choice-run.js';
import type { Prompt } from '../pipeline/inference-request.js';
import type { Embedded, RequestRun } from '../pipeline/request-run.js';
import type { GeneratedPart } from './attempt.js';
import type { Candidate } from './candidates.js';
import { clientFailure } from './engine-failure.js';
import { engineRequest, wireInput, wirePrompt } from './engine-request.js';

/** Time for counting the input of an answer that was cut off before the engine told it. */
const COUNT_TIMEOUT_MS = 500;

/** Inputs of one Embed call: their vectors stay far below the largest message. */
const EMBED_BATCH = 64;

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
   * Parts of one answer on the run's target. Usage, finish reason and times go into the run; a failure is thrown after its
   * usage was taken from it. Leaving the iteration or aborting the signal frees the engine's slot.
   */
  async *generate(
    run: RequestRun,
    choice: ChoiceRun,
    target: Candidate,
    signal: AbortSignal,
  ): AsyncGenerator<GeneratedPart> {
    const span = this.#startSpan(run, target);
    try {
      for await (const message of this.#engine.generate(
        engineRequest(run, choice, target, run.guarded ?? run.request),
        {
          ...callOptionsOf(run),
          signal,
          trace: span?.context ?? run.caller.trace,
        },
      )) {
        choice.meter.onMessage(message);
        if (message.finishReason) finish(choice, message.finishReason);
        if (isEmpty(message)) continue;
        run.noteEngineText();
        // Only chats have a place for thoughts.
        yield run.request.operation === 'chat' ? message : { ...message, reasoning: '' };
      }
      if (choice.finishReason === undefined) throw new WeirError('engine_failed', 'The engine stopped without an end.');
      span?.end();
    } catch (error) {
      choice.meter.onError(error);
      span?.end(error);
      throw run.caller.signal.aborted ? abortError(run.caller.signal) : clientFailure(error);
    }
  }

  /** Vectors of the inputs, in their order. */
  async embed(run: RequestRun, target: Candidate, prompts: readonly Prompt[]): Promise<Embedded> {
    const vectors: number[][] = [];
    let inputTokens = 0;
    const span = this.#startSpan(run, target);
    const options = { ...callOptionsOf(run), trace: span?.context ?? run.caller.trace };
    const { requestId, principal } = run.caller;
    try {
      for (let from = 0; from < prompts.length; from += EMBED_BATCH) {
        const inputs = prompts.slice(from, from + EMBED_BATCH).map(wireInput);
        const request = { deploymentId: target.deploymentId, requestId, tenant: principal.projectId, inputs };
        const answer = await this.#engine.embed(request, options);
        if (answer.embeddings.length !== inputs.length) {
          throw new WeirError('engine_failed', 'The engine answered with another number of vectors.');
        }
        for (const { values } of answer.embeddings) vectors.push(values);
        inputTokens += answer.inputTokens;
      }
      span?.end();
      return { vectors, inputTokens };
    } catch (error) {
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
    return this.#tracing.startSpan(`${request.operation} ${request.model}`, {
      parent: caller.trace,
      kind: 'client',
      attributes: {
        'gen_ai.operation.name': request.operation,
        'gen_ai.provider.name': target.providerName,
        'gen_ai.request.model': request.model,
        'gen_ai.response.model': target.modelName,
        'gen_ai.response.id': caller.requestId,
        'gen_ai.request.stream': request.stream,
      },
    });
  }
}

function isEmpty({ text, reasoning, logprobs, promptLogprobs, toolCalls }: engineV1.GenerateResponse): boolean {
  const told = text !== '' || reasoning !== '';
  return !told && logprobs.length === 0 && promptLogprobs.length === 0 && toolCalls.length === 0;
}

/** The engine's own reasons that clients do not know become the nearest ones that they do. */
function finish(choice: ChoiceRun, reason: string): void {
  if (reason === 'cancelled') throw new WeirError('engine_failed', 'The engine gave the request up.');
  choice.finishReason = reason === 'stop' || reason === 'tool_calls' ? reason : 'length';
  if (reason === 'deadline') choice.cutReason = 'deadline';
}
