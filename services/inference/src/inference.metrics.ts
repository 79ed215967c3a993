import { counter, gauge, histogram } from '@weir/telemetry';

// Names and buckets of vLLM, so that its dashboards, autoscalers and routers work unchanged.
const LABELS = ['model_name', 'engine'];
const TTFT_SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const ITL_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const REQUEST_SECONDS = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const ITERATION_TOKENS = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];

/** What the inference service measures. `engine` is the name of the deployment. */
export const inferenceMetrics = {
  running: gauge('vllm:num_requests_running', 'Requests that have a slot.', LABELS),
  waiting: gauge('vllm:num_requests_waiting', 'Requests that wait for a slot.', LABELS),
  kvUsage: gauge('vllm:kv_cache_usage_perc', 'Share of the KV cache in use, 0 to 1.', LABELS),
  promptTokens: counter('vllm:prompt_tokens_total', 'Prompt tokens processed.', LABELS),
  generationTokens: counter('vllm:generation_tokens_total', 'Tokens generated.', LABELS),
  success: counter('vllm:request_success_total', 'Requests that ended as they should, by reason.', [
    ...LABELS,
    'finished_reason',
  ]),
  ttft: histogram('vllm:time_to_first_token_seconds', 'From arrival to the first token.', LABELS, TTFT_SECONDS),
  itl: histogram('vllm:inter_token_latency_seconds', 'Between two tokens of a request.', LABELS, ITL_SECONDS),
  e2e: histogram('vllm:e2e_request_latency_seconds', 'From arrival to the end.', LABELS, REQUEST_SECONDS),
  queueTime: histogram('vllm:request_queue_time_seconds', 'Waiting for a slot.', LABELS, REQUEST_SECONDS),
  iterationTokens: histogram('vllm:iteration_tokens_total', 'Tokens of one batch.', LABELS, ITERATION_TOKENS),
  failures: counter('weir_inference_failures_total', 'Requests that ended with an error, by its code.', [
    ...LABELS,
    'code',
  ]),
  restarts: counter('weir_inference_engine_restarts_total', 'Times an engine process was started again.', LABELS),
  usageMissing: counter(
    'weir_inference_upstream_usage_missing_total',
    'Upstream answers that told no usage although it was asked for.',
    LABELS,
  ),
};
