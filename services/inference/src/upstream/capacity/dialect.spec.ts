import { describe, expect, it } from 'vitest';
import { readLoad } from './dialect.js';

describe('readLoad', () => {
  it.each([
    [
      'vllm',
      'vllm:num_requests_running{model_name="m"} 3.0\nvllm:num_requests_waiting{model_name="m"} 2.0\nvllm:kv_cache_usage_perc{model_name="m"} 0.25',
    ],
    ['vllm', 'vllm:num_requests_running 3\nvllm:num_requests_waiting 2\nvllm:gpu_cache_usage_perc 0.25'],
    ['sglang', 'sglang:num_running_reqs 3\nsglang:num_queue_reqs 2\nsglang:token_usage 0.25'],
    ['llamacpp', 'llamacpp:requests_processing 3\nllamacpp:requests_deferred 2\nllamacpp:kv_cache_usage_ratio 0.25'],
    ['trtllm', 'trtllm_num_requests_running 3\ntrtllm_num_requests_waiting 2\ntrtllm_kv_cache_utilization 0.25'],
    [
      'triton',
      [
        'nv_trt_llm_request_metrics{model="x",request_type="scheduled",version="1"} 3',
        'nv_trt_llm_request_metrics{model="x",request_type="waiting",version="1"} 2',
        'nv_trt_llm_request_metrics{model="x",request_type="max",version="1"} 99',
        'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="fraction"} 0.25',
        'nv_trt_llm_kv_cache_block_metrics{kv_cache_block_type="max"} 4096',
      ].join('\n'),
    ],
  ])('reads the load of %s', (dialect, text) => {
    expect(readLoad(text, 'm')).toEqual({ dialect, load: { running: 3, queued: 2, kvUsage: 0.25 } });
  });

  it('reads TGI, which tells nothing of its cache', () => {
    const load = { running: 3, queued: 2, kvUsage: 0 };
    expect(readLoad('tgi_queue_size 2\ntgi_batch_current_size 3', 'm')).toEqual({ dialect: 'tgi', load });
  });

  it('adds up several engines of its model, and leaves other models out', () => {
    const line = (name: string, model: string, engine: number, value: number) =>
      `vllm:${name}{model_name="${model}",engine="${engine}"} ${value}\n`;
    const text = [
      line('num_requests_running', 'm', 0, 1),
      line('num_requests_running', 'm', 1, 2),
      line('num_requests_running', 'other', 0, 40),
      line('kv_cache_usage_perc', 'm', 0, 0.2),
      line('kv_cache_usage_perc', 'm', 1, 0.6),
    ].join('');
    expect(readLoad(text, 'm')?.load).toEqual({ running: 3, queued: 0, kvUsage: 0.4 });
    expect(readLoad(text, 'unknown')?.load.running).toBe(43);
  });

  it('takes the newer name where both are there, and no value that cannot be', () => {
    const both = 'vllm:num_requests_running 1\nvllm:kv_cache_usage_perc 0.1\nvllm:gpu_cache_usage_perc 0.9';
    expect(readLoad(both, 'm')?.load.kvUsage).toBe(0.1);
    const odd = 'vllm:num_requests_running NaN\nvllm:num_requests_waiting -1\nsglang:num_running_reqs 1';
    expect(readLoad(odd, 'm')).toMatchObject({ dialect: 'sglang' });
    expect(readLoad('vllm:num_requests_running 1\nvllm:kv_cache_usage_perc 7', 'm')?.load.kvUsage).toBe(1);
  });

  it.each(['', '<html>', 'go_goroutines 5', 'vllm:prompt_tokens_total 5'])('knows nothing of %j', (text) => {
    expect(readLoad(text, 'm')).toBeUndefined();
  });
});
