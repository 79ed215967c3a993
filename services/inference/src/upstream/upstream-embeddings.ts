import type { Source } from '@weir/config';
import type { DeploymentState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { EmbeddingCall, Embeddings } from '../generation/tokens.js';
import { abortError } from '../scheduler/slot-scheduler.js';
import { connectionFailure } from './errors/upstream-errors.js';
import { CallLimit, late } from './call-limit.js';
import { embeddingRequests, readEmbeddings } from './request/embedding-body.js';
import type { UpstreamEndpoint } from './upstream-endpoints.js';

export interface UpstreamEmbeddingsParts {
  readonly endpoint: UpstreamEndpoint;
  readonly call: EmbeddingCall;
  readonly deployment: DeploymentState;
  readonly source: Source;
}

/** Texts to vectors at one address of an upstream; one item for each of its calls, in order. Fails with WeirErrors only. */
export async function* upstreamEmbeddings(parts: UpstreamEmbeddingsParts): AsyncGenerator<Embeddings> {
  const { endpoint, call, deployment, source } = parts;
  using limit = new CallLimit(call, source.now());
  try {
    for (const request of embeddingRequests(call.inputs, deployment)) {
      const answer = await endpoint.client.ask(request, '', limit.signal);
      yield readEmbeddings(parse(answer), request.inputs);
    }
  } catch (error) {
    if (call.signal.aborted) throw abortError(call.signal);
    throw limit.isExpired ? late() : connectionFailure(error);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WeirError('upstream_error', 'The upstream sent what is not JSON.', { cause: error });
  }
}
