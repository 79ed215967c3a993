import { settingsWith } from '@weir/config';
import { WeirError } from '@weir/errors';
import { eventually, fakeSource, silentLogger } from '@weir/testing';
import { describe, expect, it } from 'vitest';
import { billingSettings } from '../billing.config.js';
import type { LeaseService } from './lease.service.js';
import { ReclaimService } from './reclaim.service.js';

function reclaiming(answers: (number | Error)[]) {
  const seen = { reclaims: 0, forgets: 0, warnings: 0 };
  const leases = {
    reclaim: async () => {
      seen.reclaims++;
      const answer = answers.shift() ?? 0;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    forget: async () => void seen.forgets++,
  };
  const source = fakeSource();
  source.advance(60_000);
  const logger = Object.assign(Object.create(silentLogger), { warn: () => seen.warnings++ });
  const settings = settingsWith(billingSettings, { reclaimIntervalMs: 50 });
  const service = new ReclaimService(leases as unknown as LeaseService, source, settings, logger);
  return { seen, service, source };
}

describe('ReclaimService', () => {
  it('goes on at once while there is more, and forgets the past once a minute', async () => {
    const { seen, service, source } = reclaiming([100, 100, 7]);
    service.onApplicationBootstrap();
    await eventually(() => seen.forgets === 1 && seen.reclaims >= 4);
    await eventually(() => seen.reclaims >= 6);
    expect(seen.forgets).toBe(1);
    source.advance(60_000);
    await eventually(() => seen.forgets === 2);
    await service.onApplicationShutdown();
  });

  it('survives outages and logs each once', async () => {
    const down = new WeirError('database_unavailable', 'as told');
    const { seen, service } = reclaiming([down, down, 0, down, down]);
    service.onApplicationBootstrap();
    await eventually(() => seen.reclaims >= 7);
    await service.onApplicationShutdown();
    expect(seen.warnings).toBe(2);
  });

  it('stops when the service does', async () => {
    const { seen, service } = reclaiming([]);
    service.onApplicationBootstrap();
    await eventually(() => seen.reclaims > 0);
    await service.onApplicationShutdown();
    const { reclaims } = seen;
    await Promise.resolve();
    expect(seen.reclaims).toBe(reclaims);
  });
});
