import { SERVICE_NAMES } from '@weir/config';
import { describe, expect, it } from 'vitest';
import { serviceNames } from './descriptors.js';

describe('serviceNames', () => {
  it('reads all, one or some, in one order and once', () => {
    expect(serviceNames(['all'])).toEqual(SERVICE_NAMES);
    expect(serviceNames(['router'])).toEqual(['router']);
    expect(serviceNames(['billing', 'registry', 'billing'])).toEqual(['registry', 'billing']);
  });

  it('refuses names that no service has, and none', () => {
    expect(() => serviceNames(['router', 'routr'])).toThrow(/"routr": set it to all, or to a list of registry/);
    expect(() => serviceNames([])).toThrow('WEIR_SERVICES');
  });
});
