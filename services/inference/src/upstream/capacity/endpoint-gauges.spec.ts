import { describe, expect, it } from 'vitest';
import { testMetrics } from '@weir/testing';
import { inferenceMetrics } from '../../inference.metrics.js';
import { EndpointGauges } from './endpoint-gauges.js';

const endpoint = { url: 'http://a/v1', state: 'in_use', reason: '', queued: 1, running: 2, kvUsage: 0.5 } as const;

describe('EndpointGauges', () => {
  it('shows every address, and none that is gone', async () => {
    const metrics = testMetrics();
    const gauges = new EndpointGauges(metrics.bind(inferenceMetrics), 'e');
    gauges.show([endpoint, { ...endpoint, url: 'http://b/v1', state: 'ejected' }]);
    const { body } = await metrics.render();
    expect(body).toContain('weir_inference_endpoint_ejected{engine="e",endpoint="http://a/v1"} 0');
    expect(body).toContain('weir_inference_endpoint_ejected{engine="e",endpoint="http://b/v1"} 1');
    expect(body).toContain('weir_inference_upstream_queued{engine="e",endpoint="http://a/v1"} 1');
    expect(body).toContain('weir_inference_upstream_running{engine="e",endpoint="http://a/v1"} 2');
    expect(body).toContain('weir_inference_upstream_kv_usage{engine="e",endpoint="http://a/v1"} 0.5');
    gauges.show([endpoint]);
    expect((await metrics.render()).body).not.toContain('http://b/v1');
    gauges.show([]);
    expect((await metrics.render()).body).not.toContain('http://a/v1');
  });
});
