import type { DeploymentState, ModelVersionState, QualityReportState } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { CORPUS } from './corpus.js';
import { LEAST_POSITIONS, policyOf } from './quality-policy.js';

/** What a GGUF file itself says about where it comes from. */
export interface FileLineage {
  readonly parentSha256: string;
  /** Type of its weights, as in `Q8_0`; empty when it is not known by name. */
  readonly type: string;
}

export interface LoadRequest {
  readonly version: ModelVersionState;
  readonly deployment: Pick<DeploymentState, 'name' | 'quality_override'>;
  /** Digest of the weights that are to be loaded. */
  readonly sha256: string;
  readonly file: FileLineage | undefined;
}

export type Verdict =
  | { readonly kind: 'not_quantized' }
  | { readonly kind: 'proven'; readonly report: QualityReportState }
  /** Somebody decided that it may serve although `missed`. */
  | { readonly kind: 'overridden'; readonly missed: string };

/**
 * A file that was made by quantizing is served only with a passing report on itself and its parent, or by somebody's decision.
 * @throws WeirError `quality_unproven` that says what is missing, or which number missed
 */
export function requireServable(request: LoadRequest): Verdict {
  const { version, deployment, file } = request;
  if (!version.lineage && !file) return { kind: 'not_quantized' };
  const found = proof(request);
  if ('report' in found) return { kind: 'proven', report: found.report };
  if (deployment.quality_override) return { kind: 'overridden', missed: found.missed };
  throw new WeirError(
    'quality_unproven',
    `${version.model_name}@${version.version} is not served: ${found.missed}. Measure it, or record an override.`,
    { details: { deployment: deployment.name, candidate_sha256: request.sha256, ...numbersOf(found.against) } },
  );
}

type Proof =
  { readonly report: QualityReportState } | { readonly missed: string; readonly against?: QualityReportState };

function proof({ version, sha256, file }: LoadRequest): Proof {
  const { lineage } = version;
  const parent = file?.parentSha256 ?? lineage?.parent_sha256 ?? '';
  if (lineage && lineage.parent_sha256 !== parent)
    return { missed: 'the registry and the file name different parents' };
  // The file's own word counts most: its digest is what the report is bound to.
  const type = file?.type || lineage?.type || version.quantization;
  const report = version.quality_reports.find((each) => isAbout(each, sha256, parent));
  if (!report) return { missed: `there is no quality report on this ${type} file against its parent ${brief(parent)}` };
  const missed = missedBy(report, type);
  return missed ? { missed, against: report } : { report };
}

function isAbout(report: QualityReportState, sha256: string, parent: string): boolean {
  const { candidate_sha256, parent_sha256, corpus_sha256 } = report;
  return candidate_sha256 === sha256 && parent_sha256 === parent && corpus_sha256 === CORPUS.sha256;
}

function missedBy({ tokens, mean_kl, same_top }: QualityReportState, type: string): string | undefined {
  const policy = policyOf(type);
  if (tokens < LEAST_POSITIONS) return `it was measured at ${tokens} positions, ${LEAST_POSITIONS} are needed`;
  const limits = `the ${policy.name} policy`;
  if (!(mean_kl.value <= policy.maxMeanKl)) {
    return `its mean KL divergence ${mean_kl.value.toFixed(4)} is above the ${policy.maxMeanKl} of ${limits}`;
  }
  if (same_top.value >= policy.minSameTop) return undefined;
  return `its same-top share ${percent(same_top.value)} is below the ${percent(policy.minSameTop)} of ${limits}`;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const brief = (sha256: string) => `${sha256.slice(0, 12)}…`;

function numbersOf(report: QualityReportState | undefined): Record<string, number> {
  if (!report) return {};
  return { mean_kl: report.mean_kl.value, same_top: report.same_top.value, tokens: report.tokens };
}
