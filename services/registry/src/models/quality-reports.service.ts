import { Injectable } from '@nestjs/common';
import type { ModelVersionState } from '@weir/contracts';
import { notFound, type Attempt } from '../access/attempt.js';
import { mayRecordMeasurements } from '../access/policy.js';
import { AdminChanges } from '../changes/admin-changes.service.js';
import { stored, type Stored } from '../changes/stored.js';
import { invalid } from '../request/parse-request.js';
import { ModelVersionsRepository } from './model-versions.repository.js';
import { reportState, type RecordQualityReport } from './quality-report-request.js';
import { withReport } from './quality-reports.js';

/** Keeps what the inference service measured about versions. */
@Injectable()
export class QualityReportsService {
  readonly #changes: AdminChanges;
  readonly #versions: ModelVersionsRepository;

  constructor(changes: AdminChanges, versions: ModelVersionsRepository) {
    this.#changes = changes;
    this.#versions = versions;
  }

  async record(attempt: Attempt, request: RecordQualityReport): Promise<Stored<ModelVersionState>> {
    const { modelName, version } = request;
    const key = `model_version/${modelName}@${version}`;
    await this.#changes.permit(attempt, { key, organizationId: '' }, mayRecordMeasurements(attempt.actor));
    const report = reportState(request.report);
    return this.#changes.commit(attempt, async (tx) => {
      const found = await this.#versions.lock(tx, modelName, version);
      if (!found) throw notFound(key, 'version');
      if (!found.object.artifacts.some(({ sha256 }) => sha256 === report.candidate_sha256)) {
        throw invalid('report.candidate_sha256', 'is no file of this version');
      }
      const reports = withReport(found.object.quality_reports, report);
      if (!reports) return { change: 'none', stored: found };
      await this.#versions.setReports(tx, found.object.id, reports);
      return {
        change: 'updated',
        stored: stored({ ...found.object, quality_reports: reports }, found.revision + 1),
      };
    });
  }
}
