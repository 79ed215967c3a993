import { counter, gauge, histogram } from '@weir/telemetry';

// Names and buckets of vLLM, so that its dashboards, autoscalers and routers work unchanged.
const LABELS = ['model_name', 'engine'];
const TTFT_SECONDS = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560,
];
const ITL_SECONDS = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];
const REQUEST_SECONDS = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];
const REQUEST_TOKENS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
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
  prefillTime: histogram(
    'vllm:request_prefill_time_seconds',
    'From the slot to the first token.',
    LABELS,
    REQUEST_SECONDS,
  ),
  decodeTime: histogram(
    'vllm:request_decode_time_seconds',
    'From the first token to the end.',
    LABELS,
    REQUEST_SECONDS,
  ),
  inferenceTime: histogram('vllm:request_inference_time_seconds', 'With a slot.', LABELS, REQUEST_SECONDS),
  timePerOutputToken: histogram(
    'vllm:time_per_output_token_seconds',
    'Between two tokens of a request, under its older name.',
    LABELS,
    ITL_SECONDS,
  ),
  requestPromptTokens: histogram('vllm:request_prompt_tokens', 'Prompt tokens of a request.', LABELS, REQUEST_TOKENS),
  requestGenerationTokens: histogram(
    'vllm:request_generation_tokens',
    'Generated tokens of a request.',
    LABELS,
    REQUEST_TOKENS,
  ),
  requestMaxTokens: histogram(
    'vllm:request_params_max_tokens',
    'Tokens that a request might have had.',
    LABELS,
    REQUEST_TOKENS,
  ),
  requestN: histogram('vllm:request_params_n', 'Answers that a request asked for.', LABELS, [1, 2, 5, 10, 20]),
  preemptions: counter(
    'vllm:num_preemptions_total',
    'Times a running request gave its slot to another tenant.',
    LABELS,
  ),
  prefixQueries: counter('vllm:prefix_cache_queries_total', 'Prompt tokens looked up in the prefix cache.', LABELS),
  prefixHits: counter('vllm:prefix_cache_hits_total', 'Prompt tokens found in the prefix cache.', LABELS),
  cacheConfig: gauge('vllm:cache_config_info', 'KV cells of the engine, as blocks; always 1.', [
    ...LABELS,
    'block_size',
    'num_gpu_blocks',
  ]),
  loraInfo: gauge('vllm:lora_requests_info', 'Adapters; the value is the time of the last change, in seconds.', [
    ...LABELS,
    'max_lora',
    'running_lora_adapters',
    'waiting_lora_adapters',
  ]),
  deviceMemoryTotal: gauge('weir_inference_device_memory_total_bytes', 'Memory of a device.', ['device']),
  deviceMemoryFree: gauge('weir_inference_device_memory_free_bytes', 'Free memory of a device.', ['device']),
  deviceUtilization: gauge('weir_inference_device_utilization', 'Share of the time that a device computes, 0 to 1.', [
    'device',
  ]),
  devicePower: gauge('weir_inference_device_power_watts', 'Power that a device draws.', ['device']),
  loadedSeconds: counter(
    'weir_inference_engine_loaded_seconds_total',
    'Time in which a model held its memory.',
    LABELS,
  ),
  busySeconds: counter('weir_inference_engine_busy_seconds_total', 'Time in which an engine had a request.', LABELS),
  idleUnloads: counter('weir_inference_idle_unloads_total', 'Times a model was unloaded because nobody asked.', LABELS),
  waitingTokens: gauge('weir_inference_waiting_tokens', 'Prompt tokens that wait for a slot.', LABELS),
  longestWait: gauge(
    'weir_inference_longest_wait_seconds',
    'How long the request that waits longest has waited.',
    LABELS,
  ),
  refused: counter('weir_inference_refused_total', 'Requests that got no slot, by the reason.', [...LABELS, 'reason']),
  reclaims: counter('weir_inference_reclaims_total', 'Slots that were taken back for their owner.', LABELS),
  tenantSlots: gauge(
    'weir_inference_tenant_slots',
    'Slots in use by each tenant that has a share, and by all others together.',
    [...LABELS, 'tenant', 'kind'],
  ),
  failures: counter('weir_inference_failures_total', 'Requests that ended with an error, by its code.', [
    ...LABELS,
    'code',
  ]),
  qualityMeasurements: counter(
    'weir_inference_quality_measurements_total',
    'Measurements of what quantizing cost, by outcome: stored, cancelled, or the code of the error.',
    ['outcome'],
  ),
  qualitySeconds: histogram(
    'weir_inference_quality_measurement_seconds',
    'How long a measurement took.',
    [],
    [5, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200],
  ),
  qualityOverrides: counter(
    'weir_inference_quality_overrides_total',
    'Times a quantized model was loaded by an override, without a passing quality report.',
    LABELS,
  ),
  restarts: counter('weir_inference_engine_restarts_total', 'Times an engine process was started again.', LABELS),
  breakerState: gauge(
    'weir_inference_breaker_state',
    'Breaker of a deployment: 0 closed, 1 half open, 2 open, 3 isolated.',
    LABELS,
  ),
  breakerTransitions: counter('weir_inference_breaker_transitions_total', 'Changes of a breaker, by what to and why.', [
    ...LABELS,
    'to',
    'reason',
  ]),
  expired: counter(
    'weir_inference_expired_total',
    'Requests ended because the engine kept them waiting, by what for: first (token), gap, total.',
    [...LABELS, 'kind'],
  ),
  quarantined: counter(
    'weir_inference_quarantined_total',
    'Requests that ended their engine twice and are refused for an hour.',
    LABELS,
  ),
  usageMissing: counter(
    'weir_inference_upstream_usage_missing_total',
    'Upstream answers that told no usage although it was asked for, or less than what came.',
    LABELS,
  ),
  endpointEjected: gauge('weir_inference_endpoint_ejected', '1 while an address of an upstream is out of use.', [
    'engine',
    'endpoint',
  ]),
  upstreamQueued: gauge('weir_inference_upstream_queued', 'Requests that wait at an upstream, as it says itself.', [
    'engine',
    'endpoint',
  ]),
  upstreamRunning: gauge(
    'weir_inference_upstream_running',
    'Requests that run at an upstream: as it says itself, or those sent to it.',
    ['engine', 'endpoint'],
  ),
  upstreamKvUsage: gauge(
    'weir_inference_upstream_kv_usage',
    'Share of the KV cache in use at an upstream, 0 to 1, as it says itself.',
    ['engine', 'endpoint'],
  ),
};
