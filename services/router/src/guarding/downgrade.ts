import type { guardrailsV1 } from '@weir/contracts';
import type { InferenceRequest } from '../pipeline/inference-request.js';

/** The request without tools and long answers, where its policy wants that. Links are taken away as text comes back. */
export function downgraded(request: InferenceRequest, state: guardrailsV1.RequestState | undefined): InferenceRequest {
  if (!state?.downgraded) return request;
  const { sampling, form } = request;
  const most = state.maxOutputTokens;
  const maxTokens = most > 0 ? Math.min(sampling.maxTokens ?? most, most) : sampling.maxTokens;
  return {
    ...request,
    form: { ...form, tools: [], toolChoice: undefined },
    sampling: { ...sampling, maxTokens, minTokens: Math.min(sampling.minTokens, maxTokens ?? sampling.minTokens) },
  };
}
