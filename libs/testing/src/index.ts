export { eventually } from './eventually.js';
export { fakeSource, type FakeSource } from './fake-source.js';
export { silentLogger, testMetrics } from './quiet.js';
export { surroundings, temporaryFolder, uniqueName, type Surroundings } from './surroundings.js';
export { newTenant, type Tenant, type TenantOptions } from './tenant.js';
export { testBus } from './test-bus.js';
export { tinyModel, writeTinyModel, type TinyModel } from './tiny-model.js';
export { testDatabase, type TestDatabaseOptions } from './test-database.js';
export { startTestProcess, type TestProcess, type TestProcessOptions } from './test-process.js';
export { type Behaviour, type Failure, type UpstreamRequestBody } from './upstream/behaviour.js';
export {
  FakeUpstream,
  fakeUpstream,
  type FailureRule,
  type FakeUpstreamOptions,
  type UpstreamRequest,
} from './upstream/fake-upstream.js';
