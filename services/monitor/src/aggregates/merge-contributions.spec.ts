import fc from 'fast-check';
import { formatUsd, parseUsd } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import type { Contribution } from './contribution.js';
import { mergeContributions } from './merge-contributions.js';
import { MINUTE_MS } from './periods.js';

const contribution: fc.Arbitrary<Contribution> = fc.record({
  subject: fc.record({
    organizationId: fc.constant('o'),
    projectId: fc.constantFrom('p', 'q'),
    model: fc.constantFrom('m', 'n'),
  }),
  atMs: fc.integer({ min: 0, max: 3 * MINUTE_MS }),
  costUsd: fc.bigInt({ min: 0n, max: 10n ** 15n }).map(formatUsd),
  counts: fc.record({ requests: fc.nat(3), output_tokens: fc.nat(100) }, { requiredKeys: [] }),
  latencies: fc.array(
    fc.record({
      series: fc.constantFrom('duration' as const, 'time_to_first_token' as const),
      bucket: fc.nat(3),
      count: fc.constant(1),
    }),
    { maxLength: 2 },
  ),
});
const place = ({ subject, atMs }: Contribution) =>
  `${subject.projectId}/${subject.model}/${Math.floor(atMs / MINUTE_MS)}`;
const total = (parts: readonly Contribution[]) => ({
  cost: parts.reduce((sum, { costUsd }) => sum + parseUsd(costUsd)!, 0n),
  requests: parts.reduce((sum, { counts }) => sum + (counts.requests ?? 0), 0),
  tokens: parts.reduce((sum, { counts }) => sum + (counts.output_tokens ?? 0), 0),
  latencies: parts.flatMap(({ latencies }) => latencies).reduce((sum, { count }) => sum + count, 0),
});

describe('mergeContributions', () => {
  it('keeps every sum of every place, one contribution each', () => {
    fc.assert(
      fc.property(fc.array(contribution, { maxLength: 30 }), (parts) => {
        const merged = mergeContributions(parts);
        expect(new Set(merged.map(place)).size).toBe(merged.length);
        for (const one of merged) {
          expect(total([one])).toEqual(total(parts.filter((part) => place(part) === place(one))));
        }
        expect(total(merged)).toEqual(total(parts));
      }),
    );
  });

  it('counts equal latencies together', () => {
    const latency = { series: 'duration' as const, bucket: 7, count: 1 };
    const part = {
      subject: { organizationId: 'o', projectId: 'p', model: 'm' },
      atMs: 1,
      costUsd: '0',
      counts: {},
      latencies: [latency],
    };
    expect(mergeContributions([part, part, { ...part, latencies: [{ ...latency, bucket: 8 }] }])[0]?.latencies).toEqual(
      [
        { ...latency, count: 2 },
        { ...latency, bucket: 8 },
      ],
    );
  });
});
