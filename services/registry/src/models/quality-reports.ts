import type { QualityReportState } from '@weir/contracts';

const MAX_REPORTS = 16;

/**
 * The reports of a version with one more, newest first: one per parent and corpus, and the oldest leave when there are too many.
 * Undefined when a newer one on the same parent and corpus is kept already, or the list has no room for one as old as this.
 */
export function withReport(
  kept: readonly QualityReportState[],
  added: QualityReportState,
): QualityReportState[] | undefined {
  const rival = kept.find((report) => isAbout(report, added));
  if (rival && rival.measured_at >= added.measured_at) return undefined;
  const reports = [added, ...kept.filter((report) => report !== rival)]
    .sort((a, b) => b.measured_at - a.measured_at)
    .slice(0, MAX_REPORTS);
  return reports.includes(added) ? reports : undefined;
}

function isAbout(a: QualityReportState, b: QualityReportState): boolean {
  return a.parent_sha256 === b.parent_sha256 && a.corpus === b.corpus;
}
