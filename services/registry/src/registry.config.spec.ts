import { readSettings, settingsWith } from '@weir/config';
import { createApiKeySecret } from '@weir/bootstrap';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registrySettings } from './registry.config.js';

describe('the settings', () => {
  it('have defaults', () => {
    expect(settingsWith(registrySettings)).toMatchObject({ keyEnvironment: 'live', maxApiKeys: 1000, maxRoutes: 2000 });
  });

  it.each([
    ['WEIR_REGISTRY_KEY_ENVIRONMENT', 'Live_1'],
    ['WEIR_REGISTRY_MAX_ROUTES', '0'],
    ['WEIR_REGISTRY_MAX_ORGANIZATIONS', 'many'],
    ['WEIR_REGISTRY_MAX_PROJECTS', '1000000'],
  ])('refuse %s=%s', (env, value) => {
    expect(readSettings(registrySettings, { [env]: value })).toMatchObject({ ok: false, problems: [{ env }] });
  });

  it('take no environment that a key could not carry', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 16 }), (value) => {
        const read = readSettings(registrySettings, { WEIR_REGISTRY_KEY_ENVIRONMENT: value });
        if (read.ok) expect(createApiKeySecret(read.values.keyEnvironment)).toContain(`weir_${value || 'live'}_`);
      }),
    );
  });
});
