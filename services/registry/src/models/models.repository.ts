import { Injectable } from '@nestjs/common';
import type { ModelState } from '@weir/contracts';
import { stored, type Queries, type Stored } from '../changes/stored.js';
import type { Page } from '../request/page.js';

interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly license: string;
  readonly aliases: Record<string, number>;
  readonly created_at_ms: string;
  readonly revision: number;
}

const SELECT = `SELECT id, name, description, license, created_at_ms, revision,
  COALESCE((SELECT jsonb_object_agg(alias, version) FROM model_aliases WHERE model_id = models.id), '{}') AS aliases
  FROM models`;

@Injectable()
export class ModelsRepository {
  /** False when the name is taken. */
  async insert(tx: Queries, model: ModelState): Promise<boolean> {
    const rows = await tx.query(
      `INSERT INTO models (id, name, description, license, created_at_ms) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name) DO NOTHING RETURNING id`,
      [model.id, model.name, model.description, model.license, model.created_at],
    );
    return rows.length === 1;
  }

  async find(tx: Queries, name: string): Promise<Stored<ModelState> | undefined> {
    const [row] = await tx.query<ModelRow>(`${SELECT} WHERE name = $1`, [name]);
    return row && storedModel(row);
  }

  async findById(tx: Queries, id: string): Promise<Stored<ModelState> | undefined> {
    const [row] = await tx.query<ModelRow>(`${SELECT} WHERE id = $1`, [id]);
    return row && storedModel(row);
  }

  /** One row more than the page, in order of names. */
  async list(tx: Queries, page: Page): Promise<Stored<ModelState>[]> {
    const rows = await tx.query<ModelRow>(`${SELECT} WHERE name > $1 ORDER BY name LIMIT $2`, [
      page.after,
      page.limit + 1,
    ]);
    return rows.map(storedModel);
  }

  /** Takes the next version number of a model; undefined when there is no such model. */
  async takeVersion(tx: Queries, name: string): Promise<{ modelId: string; version: number } | undefined> {
    const [row] = await tx.query<{ id: string; last_version: number }>(
      `UPDATE models SET last_version = last_version + 1 WHERE name = $1 RETURNING id, last_version`,
      [name],
    );
    return row && { modelId: row.id, version: row.last_version };
  }

  /** Points an alias at a version and moves the revision on. */
  async setAlias(tx: Queries, modelId: string, alias: string, version: number): Promise<void> {
    await tx.query(`UPDATE models SET revision = revision + 1 WHERE id = $1`, [modelId]);
    await tx.query(
      `INSERT INTO model_aliases (model_id, alias, version) VALUES ($1, $2, $3)
       ON CONFLICT (model_id, alias) DO UPDATE SET version = excluded.version`,
      [modelId, alias, version],
    );
  }

  /** Locks a model against other changes until the transaction ends. */
  async lock(tx: Queries, name: string): Promise<Stored<ModelState> | undefined> {
    await tx.query(`SELECT id FROM models WHERE name = $1 FOR UPDATE`, [name]);
    return this.find(tx, name);
  }
}

function storedModel(row: ModelRow): Stored<ModelState> {
  const object: ModelState = {
    kind: 'model',
    id: row.id,
    name: row.name,
    description: row.description,
    license: row.license,
    aliases: row.aliases,
    created_at: Number(row.created_at_ms),
  };
  return stored(object, row.revision);
}
