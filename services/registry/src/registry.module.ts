import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { registryMigrations } from '../migrations/index.js';
import { AdminChanges } from './changes/admin-changes.service.js';
import { StateRecoveryService } from './changes/state-recovery.service.js';
import { StatesRepository } from './changes/states.repository.js';
import { DeploymentsRepository } from './deployments/deployments.repository.js';
import { DeploymentsService } from './deployments/deployments.service.js';
import { EngineStateConsumer } from './deployments/engine-state.consumer.js';
import { ModelVersionsRepository } from './models/model-versions.repository.js';
import { ModelsRepository } from './models/models.repository.js';
import { ModelsService } from './models/models.service.js';
import { QualityReportsService } from './models/quality-reports.service.js';
import { REGISTRY_SETTINGS, registrySettings } from './registry.config.js';
import { RegistryGrpc } from './registry.grpc.js';
import { RoutesRepository } from './routes/routes.repository.js';
import { RoutesService } from './routes/routes.service.js';
import { ApiKeySecretsFactory } from './tenancy/api-key-secrets.factory.js';
import { ApiKeysRepository } from './tenancy/api-keys.repository.js';
import { ApiKeysService } from './tenancy/api-keys.service.js';
import { OrganizationsRepository } from './tenancy/organizations.repository.js';
import { TenancyGrpc } from './tenancy/tenancy.grpc.js';
import { TenancyService } from './tenancy/tenancy.service.js';

@Module({
  imports: [DatabaseModule.forService('registry', { migrations: [...registryMigrations] })],
  providers: [
    settingsProvider(REGISTRY_SETTINGS, registrySettings),
    ModelsRepository,
    ModelVersionsRepository,
    DeploymentsRepository,
    RoutesRepository,
    OrganizationsRepository,
    ApiKeysRepository,
    StatesRepository,
    AdminChanges,
    StateRecoveryService,
    ApiKeySecretsFactory,
    ModelsService,
    QualityReportsService,
    DeploymentsService,
    RoutesService,
    TenancyService,
    ApiKeysService,
    EngineStateConsumer,
    RegistryGrpc,
    TenancyGrpc,
  ],
})
export class RegistryModule {}
