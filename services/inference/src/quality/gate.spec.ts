import type { ModelVersionState, QualityReportState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { CORPUS } from './corpus.js';
import { requireServable, type LoadRequest } from './gate.js';
import { policyOf } from './quality-policy.js';

const SHA256 = 'a0'.repeat(32);
const PARENT = 'b1'.repeat(32);

const report = (given: Partial<QualityReportState> & { kl?: number; top?: number } = {}): QualityReportState => {
  const { kl = 0.001, top = 0.99, ...more } = given;
  return {
    candidate_sha256: SHA256,
    parent_sha256: PARENT,
    corpus: CORPUS.name,
    corpus_sha256: CORPUS.sha256,
    tokens: 5_000,
    candidate_perplexity: 12,
    parent_perplexity: 12,
    perplexity_ratio: { value: 1, low: 1, high: 1 },
    mean_kl: { value: kl, low: 0, high: kl * 2 },
    kl_p999: kl,
    same_top: { value: top, low: top / 2, high: 1 },
    measured_at: 1,
    ...more,
  };
};

interface Given {
  readonly type?: string;
  readonly reports?: readonly QualityReportState[];
  readonly file?: LoadRequest['file'];
  readonly plain?: boolean;
  readonly override?: string;
}

function asked({ type = 'Q8_0', reports = [report()], file, plain = false, override }: Given): LoadRequest {
  const lineage = { parent_sha256: PARENT, parent_type: 'F16', operation: 'quantize', type, tool: 'weir 0.1' };
  const version = {
    model_name: 'm',
    version: 2,
    quantization: type,
    quality_reports: reports,
    ...(plain ? {} : { lineage }),
  } as unknown as ModelVersionState;
  const quality_override =
    override === undefined ? undefined : { reason: override, decided_by: 'operator', decided_at: 1 };
  return { version, deployment: { name: 'd', quality_override }, sha256: SHA256, file };
}

const judged = (given: Given) => requireServable(asked(given)).kind;
const refusal = (given: Given): { code?: string; message?: string } => {
  try {
    requireServable(asked(given));
  } catch (error) {
    return error as { code?: string; message?: string };
  }
  return {};
};

describe('the gate', () => {
  it('asks nothing of a file that nobody quantized', () => {
    expect(judged({ plain: true, reports: [] })).toBe('not_quantized');
  });

  it('wants a report on a quantized one, whether the registry or the file itself says that it is', () => {
    const unproven = { code: 'quality_unproven', message: expect.stringContaining('no quality report') as string };
    expect(refusal({ reports: [] })).toMatchObject(unproven);
    const file = { parentSha256: PARENT, type: 'Q8_0' };
    expect(refusal({ plain: true, file, reports: [] })).toMatchObject(unproven);
    expect(judged({ plain: true, file })).toBe('proven');
    expect(judged({ file })).toBe('proven');
  });

  it.each([
    ['another file', report({ candidate_sha256: 'c2'.repeat(32) })],
    ['another parent', report({ parent_sha256: 'c2'.repeat(32) })],
    ['another corpus', report({ corpus_sha256: 'c2'.repeat(32) })],
  ])('takes no report on %s', (_what, foreign) => {
    expect(refusal({ reports: [foreign] })).toMatchObject({ code: 'quality_unproven' });
    expect(judged({ reports: [foreign, report()] })).toBe('proven');
  });

  it.each([
    ['F16', 0.001, 0.97],
    ['BF16', 0.001, 0.97],
    ['Q8_0', 0.005, 0.97],
    ['Q6_K', 0.02, 0.95],
    ['Q5_0', 0.04, 0.9],
    ['Q5_K_M', 0.04, 0.9],
    ['Q4_0', 0.08, 0.85],
    ['Q4_1', 0.08, 0.85],
    ['Q4_K_M', 0.08, 0.85],
    ['Q2_K', 0.08, 0.85],
    ['IQ4_XS', 0.08, 0.85],
    ['TQ1_0', 0.08, 0.85],
    ['SOMETHING', 0.005, 0.97],
  ])('lets %s lose %d nats and keep %d of its first choices, and not a bit more', (type, kl, top) => {
    expect(judged({ type, reports: [report({ kl, top })] })).toBe('proven');
    expect(refusal({ type, reports: [report({ kl: kl + 1e-6, top })] }).message).toMatch(/mean KL divergence .* above/);
    expect(refusal({ type, reports: [report({ kl, top: top - 1e-6 })] }).message).toMatch(/same-top share .* below/);
  });

  it('names the numbers that missed', () => {
    const { message } = refusal({ reports: [report({ kl: 0.0312, top: 0.9 })] });
    expect(message).toContain(
      'm@2 is not served: its mean KL divergence 0.0312 is above the 0.005 of the 8-bit policy',
    );
    expect(refusal({ reports: [report({ top: 0.9123 })] }).message).toContain('91.2 % is below the 97.0 %');
  });

  it('believes no number that is none', () => {
    expect(refusal({ reports: [report({ kl: Number.NaN })] })).toMatchObject({ code: 'quality_unproven' });
    expect(refusal({ reports: [report({ top: Number.NaN })] })).toMatchObject({ code: 'quality_unproven' });
  });

  it('believes no short measurement', () => {
    expect(refusal({ reports: [report({ tokens: 999 })] }).message).toContain('999 positions, 1000 are needed');
    expect(judged({ reports: [report({ tokens: 1_000 })] })).toBe('proven');
  });

  it('believes the file about its type, and nobody when both name a parent and differ', () => {
    const lossy = [report({ kl: 0.05, top: 0.9 })];
    expect(refusal({ type: 'Q4_0', file: { parentSha256: PARENT, type: 'Q8_0' }, reports: lossy }).message).toMatch(
      '8-bit',
    );
    expect(judged({ type: 'Q8_0', file: { parentSha256: PARENT, type: 'Q4_0' }, reports: lossy })).toBe('proven');
    const other = refusal({ file: { parentSha256: 'c2'.repeat(32), type: 'Q8_0' } });
    expect(other.message).toContain('different parents');
  });

  it('lets an override through, and says what it overrode; a proven file needs none', () => {
    const verdict = requireServable(asked({ reports: [], override: 'a demo' }));
    expect(verdict).toMatchObject({ kind: 'overridden', missed: expect.stringContaining('no quality report') });
    expect(judged({ override: 'a demo' })).toBe('proven');
  });
});

describe('policyOf', () => {
  it('is never milder for more bits', () => {
    const rising = ['Q4_0', 'Q5_0', 'Q6_K', 'Q8_0', 'F16'].map(policyOf);
    for (const [at, policy] of rising.entries()) {
      expect(policy.maxMeanKl).toBeLessThan(rising[at - 1]?.maxMeanKl ?? Number.POSITIVE_INFINITY);
      expect(policy.minSameTop).toBeGreaterThanOrEqual(rising[at - 1]?.minSameTop ?? 0);
    }
  });
});
