import type { QualityReportState } from '@weir/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withReport } from './quality-reports.js';

const estimate = { value: 1, low: 1, high: 1 };
const report = (parent: string, corpus: string, measured_at: number): QualityReportState => ({
  candidate_sha256: 'a0',
  parent_sha256: parent,
  corpus,
  corpus_sha256: 'c3',
  tokens: 1,
  candidate_perplexity: 1,
  parent_perplexity: 1,
  perplexity_ratio: estimate,
  mean_kl: estimate,
  kl_p999: 1,
  same_top: estimate,
  measured_at,
});
const about = (each: QualityReportState) => `${each.parent_sha256} ${each.corpus}`;

describe('withReport', () => {
  it('replaces the older one on the same parent and corpus, and only that', () => {
    const kept = [report('p1', 'c1', 5), report('p1', 'c2', 4), report('p2', 'c1', 3)];
    const added = report('p1', 'c1', 6);
    expect(withReport(kept, added)).toEqual([added, kept[1], kept[2]]);
  });

  it('refuses what is older than, or the same as, what is kept', () => {
    expect(withReport([report('p', 'c', 5)], report('p', 'c', 4))).toBeUndefined();
    expect(withReport([report('p', 'c', 5)], report('p', 'c', 5))).toBeUndefined();
  });

  it('keeps sixteen, the newest of each parent and corpus, whatever arrives', () => {
    const arrivals = fc.array(fc.tuple(fc.nat(30), fc.constantFrom('c1', 'c2'), fc.nat(100)), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (steps) => {
        let kept: QualityReportState[] = [];
        for (const [parent, corpus, at] of steps) kept = withReport(kept, report(`p${parent}`, corpus, at)) ?? kept;
        expect(kept.length).toBeLessThanOrEqual(16);
        expect(new Set(kept.map(about)).size).toBe(kept.length);
        expect(kept.map((each) => each.measured_at)).toEqual(
          kept.map((each) => each.measured_at).toSorted((a, b) => b - a),
        );
        for (const each of kept) {
          const times = steps.filter(([p, c]) => `p${p} ${c}` === about(each)).map(([, , at]) => at);
          expect(each.measured_at).toBe(Math.max(...times));
        }
      }),
    );
  });
});
