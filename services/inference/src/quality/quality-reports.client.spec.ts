import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WeirError } from '@weir/errors';
import { fakeSource } from '@weir/testing';
import { QualityReportsClient } from './quality-reports.client.js';

const version = { modelName: 'm', version: 2 };
const report = { corpus: 'c' } as never;

describe('QualityReportsClient', () => {
  const recordQualityReport = vi.fn();
  const client = new QualityReportsClient({ client: () => ({ recordQualityReport }) } as never, {
    ...fakeSource(),
    // Full jitter of nothing: no pause.
    random: () => 0,
  });
  beforeEach(() => void recordQualityReport.mockReset());

  it('stores a report as this service, without a caller’s principal', async () => {
    recordQualityReport.mockResolvedValue({});
    await client.record(version, report, { requestId: 'r' });
    expect(recordQualityReport).toHaveBeenCalledWith({ ...version, report }, { requestId: 'r', timeoutMs: 5_000 });
  });

  it('comes again while the registry is away, but not for ever', async () => {
    const away = new WeirError('peer_unavailable', 'away');
    recordQualityReport.mockRejectedValueOnce(away).mockRejectedValueOnce(away).mockResolvedValue({});
    await client.record(version, report, {});
    expect(recordQualityReport).toHaveBeenCalledTimes(3);
    recordQualityReport.mockReset().mockRejectedValue(away);
    await expect(client.record(version, report, {})).rejects.toBe(away);
    expect(recordQualityReport).toHaveBeenCalledTimes(6);
  });

  it('takes a refusal for an answer', async () => {
    const refused = new WeirError('invalid_request', 'no');
    recordQualityReport.mockRejectedValue(refused);
    await expect(client.record(version, report, {})).rejects.toBe(refused);
    expect(recordQualityReport).toHaveBeenCalledTimes(1);
  });
});
