import { describe, expect, it } from 'vitest';
import { engineDevice } from './engine-devices.js';

describe('the device of an engine', () => {
  it.each([
    ['cpu', 'off', {}],
    ['cuda:2', 'cuda', { CUDA_VISIBLE_DEVICES: '2' }],
    ['vulkan:0', 'vulkan', { GGML_VK_VISIBLE_DEVICES: '0' }],
    ['metal:0', 'metal', {}],
  ] as const)('%s is the only one that it sees', (id, gpu, environment) => {
    expect(engineDevice(id)).toEqual({ gpu, environment });
  });
});
