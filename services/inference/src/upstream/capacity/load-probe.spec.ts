import { describe, expect, it } from 'vitest';
import { WeirError } from '@weir/errors';
import type { ProbeAnswer } from '../upstream.client.js';
import { LoadProbe } from './load-probe.js';

const signal = new AbortController().signal;
const VLLM = 'vllm:num_requests_running 1\nvllm:num_requests_waiting 2\n';

/** A probe of a server with these pages; all others are not there. */
function probeOf(pages: Record<string, Partial<ProbeAnswer>>, rootPath = '') {
  const asked: string[] = [];
  const get = async (path: string): Promise<ProbeAnswer> => {
    asked.push(path);
    return { status: pages[path] ? 200 : 404, body: '', ...pages[path] };
  };
  return { asked, pages, probe: new LoadProbe({ get, rootPath, model: 'llama' }) };
}

describe('LoadProbe', () => {
  it('finds the metrics beside the API, and asks for them only', async () => {
    const { probe, asked } = probeOf({ '/openai/metrics': { body: VLLM } }, '/openai');
    for (let turn = 0; turn < 2; turn++) {
      expect(await probe.read(signal)).toEqual({ load: { running: 1, queued: 2, kvUsage: 0 }, note: '' });
    }
    expect([probe.dialect, asked]).toEqual(['vllm', ['/openai/metrics', '/openai/metrics']]);
  });

  it('finds those of TensorRT-LLM at their other place', async () => {
    const { probe } = probeOf({
      '/metrics': { body: '[]' },
      '/prometheus/metrics': { body: 'trtllm_num_requests_running 4' },
    });
    expect((await probe.read(signal)).load?.running).toBe(4);
    expect(probe.dialect).toBe('trtllm');
  });

  it('asks no more where nothing was found', async () => {
    const { probe, asked } = probeOf({ '/metrics': { status: 403 }, '/api/ps': { body: '<html>' } });
    expect(await probe.read(signal)).toEqual({ load: undefined, note: '' });
    expect(await probe.read(signal)).toEqual({ load: undefined, note: '' });
    expect([probe.dialect, asked.length]).toEqual([undefined, 3]);
  });

  it('asks again where the server failed or was away', async () => {
    const { probe, pages } = probeOf({ '/metrics': { status: 503 } });
    await expect(probe.read(signal)).rejects.toMatchObject({ code: 'upstream_error' });
    pages['/metrics'] = { body: VLLM };
    expect((await probe.read(signal)).load?.queued).toBe(2);
    const away = new LoadProbe({
      get: () => Promise.reject(new WeirError('upstream_error', 'away')),
      rootPath: '',
      model: 'm',
    });
    await expect(away.read(signal)).rejects.toMatchObject({ message: 'away' });
    await expect(away.read(signal)).rejects.toMatchObject({ message: 'away' });
  });

  it('stops when the page is gone', async () => {
    const { probe, pages, asked } = probeOf({ '/metrics': { body: VLLM } });
    await probe.read(signal);
    delete pages['/metrics'];
    await probe.read(signal);
    await probe.read(signal);
    expect(asked).toHaveLength(2);
  });

  it('knows llama-server by its refusal', async () => {
    const body = JSON.stringify({ error: { code: 501, type: 'not_supported_error', message: 'start with --metrics' } });
    const { probe, asked } = probeOf({ '/metrics': { status: 501, body } });
    await probe.read(signal);
    await probe.read(signal);
    expect([probe.dialect, asked]).toEqual(['llamacpp', ['/metrics']]);
  });

  it.each([
    ['llama:latest', ''],
    ['llama', ''],
    ['other', 'The model is not loaded; the next request waits for it.'],
  ])('asks Ollama which models are loaded: %s', async (model, note) => {
    const { probe } = probeOf({ '/api/ps': { body: JSON.stringify({ models: [{ name: model, model }] }) } });
    expect(await probe.read(signal)).toEqual({ load: undefined, note });
    expect(probe.dialect).toBe('ollama');
  });
});
