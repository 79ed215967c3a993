import { Injectable } from '@nestjs/common';
import { inferenceV1 } from '@weir/contracts';
import { RpcClients, type Client } from '@weir/grpc';
import type { DoorCall } from '../door-call.js';

const LONGEST_CALL_MS = 600_000;

/** Answers of models, through the router in the caller's name. What guardrails ask for is not guarded again. */
@Injectable()
export class GenerationClient {
  readonly #inference: Client<typeof inferenceV1.InferenceServiceDefinition>;

  constructor(clients: RpcClients) {
    this.#inference = clients.as('guardrails').client('router', inferenceV1.InferenceServiceDefinition);
  }

  /** @throws WeirError those of the router */
  complete(input: inferenceV1.ChatInput, call: DoorCall): Promise<inferenceV1.ChatResponse> {
    return this.#inference.chat({ input }, optionsOf(call));
  }

  /** @throws WeirError those of the router */
  stream(input: inferenceV1.ChatInput, call: DoorCall): AsyncIterable<inferenceV1.ChatStreamResponse> {
    return this.#inference.chatStream({ input }, optionsOf(call));
  }
}

function optionsOf({ principal, signal, trace }: DoorCall) {
  return { principal, signal, trace, timeoutMs: LONGEST_CALL_MS };
}
