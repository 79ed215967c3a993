import { Injectable } from '@nestjs/common';
import type { RouteState } from '@weir/contracts';
import type { Queries, Stored } from '../changes/stored.js';

type PlainColumn =
  | 'alias'
  | 'targets'
  | 'policy'
  | 'on_guardrails_error'
  | 'project_ids'
  | 'stage_policies'
  | 'max_holdback_chars'
  | 'on_blocked_input';

interface RouteRow extends Pick<RouteState, PlainColumn> {
  readonly organization_id: string | null;
  readonly deleted: boolean;
  readonly created_at_ms: string;
  readonly revision: number;
}

const SELECT = `SELECT alias, policy, on_guardrails_error, organization_id, project_ids, stage_policies, max_holdback_chars,
  on_blocked_input, deleted, created_at_ms, revision,
  COALESCE((SELECT jsonb_agg(jsonb_build_object('deployment_id', deployment_id, 'weight', weight) ORDER BY position)
    FROM route_targets WHERE route_targets.alias = routes.alias), '[]') AS targets
  FROM routes`;

@Injectable()
export class RoutesRepository {
  /** Also finds a deleted route. */
  async find(tx: Queries, alias: string): Promise<Stored<RouteState> | undefined> {
    const [row] = await tx.query<RouteRow>(`${SELECT} WHERE alias = $1`, [alias]);
    return row && storedRoute(row);
  }

  /** Routes of every organisation and those of the given one; all when none is given. */
  async list(tx: Queries, organizationId: string | undefined, limit: number): Promise<Stored<RouteState>[]> {
    const rows = await tx.query<RouteRow>(
      `${SELECT} WHERE NOT deleted AND ($1::uuid IS NULL OR organization_id IS NULL OR organization_id = $1)
       ORDER BY alias LIMIT $2`,
      [organizationId ?? null, limit],
    );
    return rows.map(storedRoute);
  }

  async count(tx: Queries): Promise<number> {
    const [row] = await tx.query<{ count: string }>(`SELECT count(*) FROM routes WHERE NOT deleted`);
    return Number(row?.count ?? 0);
  }

  /**
   * Writes a route that does not exist, or exists no more: its revision goes on where the deleted one ended.
   * Returns the new revision; undefined when the alias is in use.
   */
  async create(tx: Queries, route: RouteState): Promise<number | undefined> {
    const [row] = await tx.query<{ revision: number }>(
      `INSERT INTO routes (alias, policy, on_guardrails_error, organization_id, project_ids, stage_policies,
         max_holdback_chars, on_blocked_input, created_at_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (alias) DO UPDATE SET policy = excluded.policy, on_guardrails_error = excluded.on_guardrails_error,
         organization_id = excluded.organization_id, project_ids = excluded.project_ids,
         stage_policies = excluded.stage_policies, max_holdback_chars = excluded.max_holdback_chars,
         on_blocked_input = excluded.on_blocked_input,
         created_at_ms = excluded.created_at_ms, deleted = false, revision = routes.revision + 1
       WHERE routes.deleted RETURNING revision`,
      [...columns(route), route.created_at],
    );
    if (row) await replaceTargets(tx, route);
    return row?.revision;
  }

  /** Compare-and-set. Returns the new revision; undefined when the route is not at the given one. */
  async replace(tx: Queries, route: RouteState, revision: number): Promise<number | undefined> {
    const [row] = await tx.query<{ revision: number }>(
      `UPDATE routes SET policy = $2, on_guardrails_error = $3, organization_id = $4, project_ids = $5,
         stage_policies = $6, max_holdback_chars = $7, on_blocked_input = $8, revision = revision + 1
       WHERE alias = $1 AND revision = $9 AND NOT deleted RETURNING revision`,
      [...columns(route), revision],
    );
    if (row) await replaceTargets(tx, route);
    return row?.revision;
  }

  /** Compare-and-set. The row and its targets stay, as the last state that was in force. */
  async remove(tx: Queries, alias: string, revision: number): Promise<number | undefined> {
    const [row] = await tx.query<{ revision: number }>(
      `UPDATE routes SET deleted = true, revision = revision + 1
       WHERE alias = $1 AND revision = $2 AND NOT deleted RETURNING revision`,
      [alias, revision],
    );
    return row?.revision;
  }
}

function columns(route: RouteState): unknown[] {
  return [
    route.alias,
    route.policy,
    route.on_guardrails_error,
    route.organization_id || null,
    route.project_ids,
    JSON.stringify(route.stage_policies),
    route.max_holdback_chars,
    route.on_blocked_input,
  ];
}

async function replaceTargets(tx: Queries, route: RouteState): Promise<void> {
  await tx.query(`DELETE FROM route_targets WHERE alias = $1`, [route.alias]);
  await tx.query(
    `INSERT INTO route_targets (alias, position, deployment_id, weight)
     SELECT $1::text, ordinality, deployment_id, weight FROM ROWS FROM (
       jsonb_to_recordset($2::jsonb) AS (deployment_id uuid, weight integer)) WITH ORDINALITY`,
    [route.alias, JSON.stringify(route.targets)],
  );
}

function storedRoute(row: RouteRow): Stored<RouteState> {
  const object: RouteState = {
    kind: 'route',
    id: row.alias,
    alias: row.alias,
    targets: row.targets,
    policy: row.policy,
    on_guardrails_error: row.on_guardrails_error,
    organization_id: row.organization_id ?? '',
    project_ids: row.project_ids,
    stage_policies: row.stage_policies,
    max_holdback_chars: row.max_holdback_chars,
    on_blocked_input: row.on_blocked_input,
    created_at: Number(row.created_at_ms),
  };
  return { object, revision: row.revision, deleted: row.deleted };
}
