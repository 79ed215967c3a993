import type { RequestRun } from '../../pipeline/request-run.js';
import type { VectorEncoding } from './embedding-body.js';
import { weirDetails } from './openai-usage.js';

/** JSON body of POST /v1/embeddings. */
export function embeddingBody(run: RequestRun, encoding: VectorEncoding, details: boolean): string {
  const { inputTokens } = run.use;
  return JSON.stringify({
    object: 'list',
    data: (run.embedded?.vectors ?? []).map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: encoding === 'base64' ? base64Of(vector) : vector,
    })),
    model: run.request.model,
    usage: { prompt_tokens: inputTokens, total_tokens: inputTokens },
    ...(details ? { weir: weirDetails(run) } : {}),
  });
}

/** 32-bit floats, little-endian. */
export function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}
