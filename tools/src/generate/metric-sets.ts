import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { MetricDefinition, MetricSet } from '@weir/telemetry';
import { SetupError } from '../setup-error.js';

export interface OwnedMetrics {
  /** Package that measures it, for example `libs/kafka`. */
  readonly owner: string;
  readonly metrics: readonly MetricDefinition[];
}

/** What every `*.metrics.ts` of the libs and services exports, by package. */
export async function metricSets(root: string): Promise<OwnedMetrics[]> {
  const byOwner = new Map<string, Map<string, MetricDefinition>>();
  for (const source of globSync('{libs,services}/*/src/**/*.metrics.ts', { cwd: root }).sort()) {
    const [folder = '', name = ''] = source.split('/');
    const owner = `${folder}/${name}`;
    const exported: object = await import(pathToFileURL(builtFile(root, owner, source)).href);
    const known = byOwner.get(owner) ?? new Map<string, MetricDefinition>();
    for (const definition of Object.values(exported)
      .filter(isMetricSet)
      .flatMap((set) => Object.values(set))) {
      known.set(definition.name, definition);
    }
    byOwner.set(owner, known);
  }
  return [...byOwner].map(([owner, metrics]) => ({ owner, metrics: [...metrics.values()] }));
}

/** Services build into dist/src, libs into dist. */
function builtFile(root: string, owner: string, source: string): string {
  const inside = source.slice(owner.length + 1).replace(/\.ts$/, '.js');
  const places = [inside, inside.replace(/^src\//, '')].map((path) => join(root, owner, 'dist', path));
  const found = places.find((path) => existsSync(path));
  if (!found) throw new SetupError(`${source} is not built: run npm run build.`);
  return found;
}

function isMetricSet(value: unknown): value is MetricSet {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).length > 0 &&
    Object.values(value).every(isMetric)
  );
}

function isMetric(value: unknown): value is MetricDefinition {
  return typeof value === 'object' && value !== null && 'kind' in value && 'name' in value && 'help' in value;
}
