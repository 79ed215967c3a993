import { Injectable } from '@nestjs/common';
import type { OrganizationState, ProjectState } from '@weir/contracts';
import { stored, type Queries, type Stored } from '../changes/stored.js';

interface OrganizationRow {
  readonly id: string;
  readonly name: string;
  readonly created_at_ms: string;
  readonly revision: number;
}

interface ProjectRow extends OrganizationRow {
  readonly organization_id: string;
  readonly policy: string;
  readonly keep_content: boolean;
}

const ORGANIZATION = `SELECT id, name, created_at_ms, revision FROM organizations`;
const PROJECT = `SELECT id, organization_id, name, policy, keep_content, created_at_ms, revision FROM projects`;

/** Organisations and the projects in them. */
@Injectable()
export class OrganizationsRepository {
  /** False when the name is taken. */
  async insert(tx: Queries, organization: OrganizationState): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO organizations (id, name, created_at_ms) VALUES ($1, $2, $3)
       ON CONFLICT (name) DO NOTHING RETURNING id`,
      [organization.id, organization.name, organization.created_at],
    );
    return rows.length === 1;
  }

  async findById(tx: Queries, id: string): Promise<Stored<OrganizationState> | undefined> {
    const [row] = await tx.query<OrganizationRow>(`${ORGANIZATION} WHERE id = $1`, [id]);
    return row && storedOrganization(row);
  }

  /** All organisations, or the one that the reader is confined to. */
  async list(tx: Queries, only: string | undefined, limit: number): Promise<Stored<OrganizationState>[]> {
    const rows = await tx.query<OrganizationRow>(
      `${ORGANIZATION} WHERE $1::uuid IS NULL OR id = $1 ORDER BY name LIMIT $2`,
      [only ?? null, limit],
    );
    return rows.map(storedOrganization);
  }

  async count(tx: Queries): Promise<number> {
    const [row] = await tx.query<{ count: string }>(`SELECT count(*) FROM organizations`);
    return Number(row?.count ?? 0);
  }

  /** False when the organisation has a project of that name. */
  async insertProject(tx: Queries, project: ProjectState): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO projects (id, organization_id, name, policy, keep_content, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organization_id, name) DO NOTHING RETURNING id`,
      [project.id, project.organization_id, project.name, project.policy, project.keep_content, project.created_at],
    );
    return rows.length === 1;
  }

  async findProject(tx: Queries, id: string): Promise<Stored<ProjectState> | undefined> {
    const [row] = await tx.query<ProjectRow>(`${PROJECT} WHERE id = $1`, [id]);
    return row && storedProject(row);
  }

  /** The project, which nobody else changes until the transaction ends. */
  async lockProject(tx: Queries, id: string): Promise<Stored<ProjectState> | undefined> {
    const [row] = await tx.query<ProjectRow>(`${PROJECT} WHERE id = $1 FOR UPDATE`, [id]);
    return row && storedProject(row);
  }

  /** Writes what may change of a project. */
  async writeProject(
    tx: Queries,
    { id, policy, keep_content }: ProjectState,
  ): Promise<Stored<ProjectState> | undefined> {
    const [row] = await tx.query<ProjectRow>(
      `UPDATE projects SET policy = $2, keep_content = $3, revision = revision + 1 WHERE id = $1
       RETURNING id, organization_id, name, policy, keep_content, created_at_ms, revision`,
      [id, policy, keep_content],
    );
    return row && storedProject(row);
  }

  async listProjects(tx: Queries, organizationId: string, limit: number): Promise<Stored<ProjectState>[]> {
    const rows = await tx.query<ProjectRow>(`${PROJECT} WHERE organization_id = $1 ORDER BY name LIMIT $2`, [
      organizationId,
      limit,
    ]);
    return rows.map(storedProject);
  }

  async countProjects(tx: Queries, organizationId: string): Promise<number> {
    const [row] = await tx.query<{ count: string }>(`SELECT count(*) FROM projects WHERE organization_id = $1`, [
      organizationId,
    ]);
    return Number(row?.count ?? 0);
  }

  /** Which of the projects exist, with their organisations. */
  async organizationsOf(tx: Queries, projectIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await tx.query<ProjectRow>(`${PROJECT} WHERE id = ANY($1)`, [projectIds]);
    return new Map(rows.map((row) => [row.id, row.organization_id]));
  }
}

function storedOrganization(row: OrganizationRow): Stored<OrganizationState> {
  const { id, name } = row;
  return stored({ kind: 'organization', id, name, created_at: Number(row.created_at_ms) }, row.revision);
}

function storedProject(row: ProjectRow): Stored<ProjectState> {
  const { id, name, organization_id, policy, keep_content } = row;
  const created_at = Number(row.created_at_ms);
  return stored({ kind: 'project', id, organization_id, name, policy, keep_content, created_at }, row.revision);
}
