import { Injectable } from '@nestjs/common';
import type { DeploymentState, EngineState } from '@weir/contracts';
import { stored, type Queries, type Stored } from '../changes/stored.js';
import type { Page } from '../request/page.js';

/** What the inference service said last about a deployment; an empty state when it said nothing yet. */
export interface Report {
  readonly state: string;
  readonly reason: string;
  readonly atMs: number;
}

/** A deployment and its report. The report is no part of the registry's state: inference owns and publishes it. */
export interface StoredDeployment extends Stored<DeploymentState> {
  readonly report: Report;
}

interface DeploymentRow extends Pick<DeploymentState, 'id' | 'name' | 'model_name' | 'version' | 'engine'> {
  readonly desired_state: DeploymentState['desired_state'];
  readonly quality_override: DeploymentState['quality_override'] | null;
  readonly reported_state: string;
  readonly reported_reason: string;
  readonly reported_at_ms: string;
  readonly created_at_ms: string;
  readonly revision: number;
}

const SELECT = `SELECT d.id, d.name, m.name AS model_name, v.version, d.engine, d.desired_state, d.quality_override,
  d.reported_state, d.reported_reason, d.reported_at_ms, d.created_at_ms, d.revision
  FROM deployments d JOIN model_versions v ON v.id = d.version_id JOIN models m ON m.id = v.model_id`;

@Injectable()
export class DeploymentsRepository {
  /** False when the name is taken. */
  async insert(tx: Queries, versionId: string, deployment: DeploymentState): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO deployments (id, name, version_id, engine, desired_state, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING RETURNING id`,
      [
        deployment.id,
        deployment.name,
        versionId,
        JSON.stringify(deployment.engine),
        deployment.desired_state,
        deployment.created_at,
      ],
    );
    return rows.length === 1;
  }

  async findById(tx: Queries, id: string): Promise<StoredDeployment | undefined> {
    const [row] = await tx.query<DeploymentRow>(`${SELECT} WHERE d.id = $1`, [id]);
    return row && storedDeployment(row);
  }

  /** One row more than the page, in order of names. */
  async list(tx: Queries, page: Page): Promise<StoredDeployment[]> {
    const rows = await tx.query<DeploymentRow>(`${SELECT} WHERE d.name > $1 ORDER BY d.name LIMIT $2`, [
      page.after,
      page.limit + 1,
    ]);
    return rows.map(storedDeployment);
  }

  /** Compare-and-set: false when the deployment is not at that revision (any more), or does not exist. */
  async setDesiredState(
    tx: Queries,
    id: string,
    revision: number,
    desiredState: DeploymentState['desired_state'],
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE deployments SET desired_state = $3, revision = revision + 1 WHERE id = $1 AND revision = $2 RETURNING id`,
      [id, revision, desiredState],
    );
    return rows.length === 1;
  }

  /** Compare-and-set of the leave to serve unmeasured; undefined takes it back. */
  async setQualityOverride(
    tx: Queries,
    id: string,
    revision: number,
    given: DeploymentState['quality_override'],
  ): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE deployments SET quality_override = $3, revision = revision + 1
       WHERE id = $1 AND revision = $2 RETURNING id`,
      [id, revision, given ? JSON.stringify(given) : null],
    );
    return rows.length === 1;
  }

  /** The last report by its own time wins, whatever order they arrive in. False when this one is older than what is kept. */
  async report(tx: Queries, report: EngineState): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE deployments SET reported_state = $2, reported_reason = $3, reported_at_ms = $4
       WHERE id = $1 AND reported_at_ms <= $4 RETURNING id`,
      [report.deployment_id, report.state, report.reason, report.reported_at],
    );
    return rows.length === 1;
  }

  /** Which of the deployments exist. */
  async existing(tx: Queries, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ id: string }>(`SELECT id FROM deployments WHERE id = ANY($1)`, [ids]);
    return new Set(rows.map(({ id }) => id));
  }
}

function storedDeployment(row: DeploymentRow): StoredDeployment {
  const object: DeploymentState = {
    kind: 'deployment',
    id: row.id,
    name: row.name,
    model_name: row.model_name,
    version: row.version,
    engine: row.engine,
    desired_state: row.desired_state,
    ...(row.quality_override ? { quality_override: row.quality_override } : {}),
    created_at: Number(row.created_at_ms),
  };
  const report = { state: row.reported_state, reason: row.reported_reason, atMs: Number(row.reported_at_ms) };
  return { ...stored(object, row.revision), report };
}
