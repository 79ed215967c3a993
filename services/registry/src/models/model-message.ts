import type { LineageState, ModelState, ModelVersionState, QualityReportState, registryV1 } from '@weir/contracts';
import type { Stored } from '../changes/stored.js';

export function modelMessage({ object, revision }: Stored<ModelState>): registryV1.Model {
  const { id, name, description, license, aliases, created_at } = object;
  return { id, name, description, license, aliases, createdAtMs: created_at, revision };
}

export function modelVersionMessage({ object }: Stored<ModelVersionState>): registryV1.ModelVersion {
  return {
    id: object.id,
    modelName: object.model_name,
    version: object.version,
    artifacts: object.artifacts.map(({ path, uri, sha256, size_bytes }) => ({
      path,
      uri,
      sha256,
      sizeBytes: size_bytes,
    })),
    format: object.format,
    source: object.source,
    quantization: object.quantization,
    contextTokens: object.context_tokens,
    createdAtMs: object.created_at,
    lineage: object.lineage && lineageMessage(object.lineage),
    qualityReports: object.quality_reports.map(reportMessage),
  };
}

function lineageMessage(lineage: LineageState): registryV1.Lineage {
  const { parent_sha256, parent_type, operation, type, tool } = lineage;
  return { parentSha256: parent_sha256, parentType: parent_type, operation, type, tool };
}

function reportMessage(report: QualityReportState): registryV1.QualityReport {
  return {
    candidateSha256: report.candidate_sha256,
    parentSha256: report.parent_sha256,
    corpus: report.corpus,
    corpusSha256: report.corpus_sha256,
    tokens: report.tokens,
    candidatePerplexity: report.candidate_perplexity,
    parentPerplexity: report.parent_perplexity,
    perplexityRatio: report.perplexity_ratio,
    meanKl: report.mean_kl,
    klP999: report.kl_p999,
    sameTop: report.same_top,
    measuredAtMs: report.measured_at,
  };
}
