import { readSamples, type Sample } from './prometheus-text.js';

/** Which server an upstream is, as far as it has shown itself. */
export type Dialect = 'vllm' | 'sglang' | 'llamacpp' | 'tgi' | 'trtllm' | 'triton' | 'ollama';

/** What an upstream says of its own load. */
export interface ReportedLoad {
  readonly queued: number;
  readonly running: number;
  /** Share of the KV cache in use, 0 to 1; 0 where it does not tell. */
  readonly kvUsage: number;
}

interface MetricNames {
  readonly queued: readonly string[];
  readonly running: readonly string[];
  readonly kvUsage: readonly string[];
}

/** Newer names first; `name{label=value}` picks one series. */
const NAMES: Readonly<Record<Exclude<Dialect, 'ollama'>, MetricNames>> = {
  vllm: {
    queued: ['vllm:num_requests_waiting'],
    running: ['vllm:num_requests_running'],
    kvUsage: ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'],
  },
  sglang: {
    queued: ['sglang:num_queue_reqs', 'sglang_num_queue_reqs'],
    running: ['sglang:num_running_reqs', 'sglang_num_running_reqs'],
    kvUsage: ['sglang:token_usage', 'sglang_token_usage'],
  },
  llamacpp: {
    queued: ['llamacpp:requests_deferred'],
    running: ['llamacpp:requests_processing'],
    kvUsage: ['llamacpp:kv_cache_usage_ratio'],
  },
  tgi: { queued: ['tgi_queue_size'], running: ['tgi_batch_current_size'], kvUsage: [] },
  trtllm: {
    queued: ['trtllm_num_requests_waiting'],
    running: ['trtllm_num_requests_running'],
    kvUsage: ['trtllm_kv_cache_utilization'],
  },
  triton: {
    queued: ['nv_trt_llm_request_metrics{request_type=waiting}'],
    running: ['nv_trt_llm_request_metrics{request_type=scheduled}'],
    kvUsage: ['nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type=fraction}'],
  },
};

const plain = (name: string): string => name.replace(/\{.*$/, '');
const ALL_NAMES = new Set(
  Object.values(NAMES).flatMap(({ queued, running, kvUsage }) => [...queued, ...running, ...kvUsage].map(plain)),
);

/**
 * Finds out by its metrics which server wrote them, and what they say of its load. Values of several engines behind one
 * address are added up, shares of their caches averaged; those of other models are left out where they have a name.
 * Undefined for metrics of no server that is known.
 */
export function readLoad(text: string, model: string): { dialect: Dialect; load: ReportedLoad } | undefined {
  const all = readSamples(text, ALL_NAMES).filter(({ value }) => Number.isFinite(value) && value >= 0);
  const own = all.filter(({ labels }) => labels.model_name === model);
  const samples = own.length > 0 ? own : all;
  for (const [dialect, names] of Object.entries(NAMES) as [Exclude<Dialect, 'ollama'>, MetricNames][]) {
    const running = valuesOf(samples, names.running);
    const queued = valuesOf(samples, names.queued);
    if (running.length === 0 && queued.length === 0) continue;
    const shares = valuesOf(samples, names.kvUsage);
    const kvUsage = shares.length === 0 ? 0 : Math.min(1, sum(shares) / shares.length);
    return { dialect, load: { queued: Math.round(sum(queued)), running: Math.round(sum(running)), kvUsage } };
  }
  return undefined;
}

/** Of the first name that is there. */
function valuesOf(samples: readonly Sample[], names: readonly string[]): number[] {
  for (const name of names) {
    const [, label, wanted] = /\{(\w+)=(\w+)\}/.exec(name) ?? [];
    const found = samples.filter(
      (sample) => sample.name === plain(name) && (label === undefined || sample.labels[label] === wanted),
    );
    if (found.length > 0) return found.map(({ value }) => value);
  }
  return [];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
