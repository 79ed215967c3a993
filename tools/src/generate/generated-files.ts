import { SERVICE_NAMES } from '@weir/config';
import { loadServices } from '../processes/descriptors.js';
import { configPage } from './config-page.js';
import { errorsPage } from './errors-page.js';
import { grpcPage } from './grpc-page.js';
import { metricSets } from './metric-sets.js';
import { metricsPage } from './metrics-page.js';
import { protoCode } from './proto-code.js';
import { protoPackages } from './proto-image.js';
import { eventSchemas, topicsPage } from './topics-page.js';

/** Folders that hold nothing but generated files. */
export const GENERATED_FOLDERS = ['libs/contracts/src/generated', 'docs/reference'] as const;

/** Every generated file of the repository, by its path. The same code gives the same text. */
export async function generatedFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const [services, metrics, packages, protos] = await Promise.all([
    loadServices(SERVICE_NAMES),
    metricSets(root),
    protoPackages(root),
    protoCode(root),
  ]);
  const schemas = [...eventSchemas()].map(([name, text]) => [`docs/reference/events/${name}`, text] as const);
  return new Map([
    ...protos,
    ['docs/reference/config.md', configPage(services)],
    ['docs/reference/metrics.md', metricsPage(metrics)],
    ['docs/reference/topics.md', topicsPage()],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/grpc.md', grpcPage(packages)],
    ...schemas,
  ]);
}
