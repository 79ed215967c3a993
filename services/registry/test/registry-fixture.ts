import { settingsWith } from '@weir/config';
import type { Role, Scope } from '@weir/contracts';
import type { Database } from '@weir/database';
import type { CallContext } from '@weir/grpc';
import type { Metrics } from '@weir/telemetry';
import { fakeSource, testDatabase, testMetrics, type FakeSource } from '@weir/testing';
import { registryMigrations } from '../migrations/index.js';
import { AdminChanges } from '../src/changes/admin-changes.service.js';
import { StatesRepository } from '../src/changes/states.repository.js';
import { DeploymentsRepository } from '../src/deployments/deployments.repository.js';
import { DeploymentsService } from '../src/deployments/deployments.service.js';
import { ModelVersionsRepository } from '../src/models/model-versions.repository.js';
import { ModelsRepository } from '../src/models/models.repository.js';
import { ModelsService } from '../src/models/models.service.js';
import { QualityReportsService } from '../src/models/quality-reports.service.js';
import { registrySettings, type RegistrySettings } from '../src/registry.config.js';
import { RegistryGrpc } from '../src/registry.grpc.js';
import { RoutesRepository } from '../src/routes/routes.repository.js';
import { RoutesService } from '../src/routes/routes.service.js';
import { ApiKeySecretsFactory } from '../src/tenancy/api-key-secrets.factory.js';
import { ApiKeysRepository } from '../src/tenancy/api-keys.repository.js';
import { ApiKeysService } from '../src/tenancy/api-keys.service.js';
import { OrganizationsRepository } from '../src/tenancy/organizations.repository.js';
import { TenancyGrpc } from '../src/tenancy/tenancy.grpc.js';
import { TenancyService } from '../src/tenancy/tenancy.service.js';

export interface OutboxRow {
  readonly type: string;
  readonly aggregateid: string;
  readonly traceparent: string | null;
  readonly payload: Record<string, unknown>;
}

/** The rooms of the service over a real database, without Nest and without Kafka. */
export interface RegistryRooms extends AsyncDisposable {
  readonly database: Database;
  readonly source: FakeSource;
  readonly metrics: Metrics;
  readonly registry: RegistryGrpc;
  readonly tenancy: TenancyGrpc;
  readonly deployments: DeploymentsRepository;
  readonly states: StatesRepository;
  /** Events that wait to be published, oldest first. */
  outbox(type?: string): Promise<OutboxRow[]>;
}

export async function openRegistry(given: Partial<RegistrySettings> = {}): Promise<RegistryRooms> {
  const database = await testDatabase({ service: 'registry', migrations: registryMigrations });
  const settings = settingsWith(registrySettings, given);
  const source = fakeSource();
  const metrics = testMetrics();
  const models = new ModelsRepository();
  const versions = new ModelVersionsRepository();
  const deployments = new DeploymentsRepository();
  const routes = new RoutesRepository();
  const organizations = new OrganizationsRepository();
  const keys = new ApiKeysRepository();
  const changes = new AdminChanges(database, source, metrics);
  const secrets = new ApiKeySecretsFactory(settings, { keyPepper: 'pepper of the tests only' });
  return {
    database,
    source,
    metrics,
    deployments,
    states: new StatesRepository(models, versions, deployments, routes, organizations, keys),
    registry: new RegistryGrpc(
      new ModelsService(database, changes, models, versions, source),
      new QualityReportsService(changes, versions),
      new DeploymentsService(database, changes, deployments, versions, source),
      new RoutesService(database, changes, routes, deployments, organizations, source, settings),
    ),
    tenancy: new TenancyGrpc(
      new TenancyService(database, changes, organizations, source, settings),
      new ApiKeysService(database, changes, keys, organizations, secrets, source, settings),
    ),
    outbox: (type = '%') =>
      database.query<OutboxRow>(
        `SELECT type, aggregateid, traceparent, payload FROM outbox WHERE type LIKE $1 ORDER BY sequence`,
        [type],
      ),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

const call = (who: Pick<CallContext, 'peer' | 'principal'>): CallContext => ({
  ...who,
  signal: new AbortController().signal,
  deadline: undefined,
  requestId: 'request-1',
  trace: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', sampled: true },
  metadata: new Map(),
  responseHeaders: new Map(),
  responseTrailers: new Map(),
});

export const operator = call({ peer: { kind: 'service', name: 'operator' }, principal: undefined });

export const inference = call({ peer: { kind: 'service', name: 'inference' }, principal: undefined });

/** A call with an API key of the organisation. */
export function keyOf(organizationId: string, given: { role?: Role; scopes?: readonly Scope[] } = {}): CallContext {
  const principal = {
    apiKeyId: 'k1',
    projectId: 'p1',
    organizationId,
    role: given.role ?? ('admin' as const),
    scopes: given.scopes ?? (['admin'] as const),
    onBillingError: 'closed' as const,
  };
  return call({ peer: { kind: 'client' }, principal });
}
