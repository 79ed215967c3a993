import { GrpcHandlers } from '@weir/bootstrap';
import { registryV1 } from '@weir/contracts';
import type { CallContext, Handlers } from '@weir/grpc';
import { actorOf } from '../access/actor.js';
import { attemptOf } from '../access/attempt.js';
import { READ, WRITE } from '../access/method-access.js';
import { parseRequest } from '../request/parse-request.js';
import { ApiKeysService } from './api-keys.service.js';
import { apiKeyMessage, organizationMessage, projectMessage } from './tenancy-message.js';
import {
  createApiKeyRequest,
  createOrganizationRequest,
  createProjectRequest,
  listApiKeysRequest,
  listProjectsRequest,
  revokeApiKeyRequest,
  updateProjectRequest,
} from './tenancy-request.js';
import { TenancyService } from './tenancy.service.js';

const Tenancy = registryV1.TenancyServiceDefinition;

@GrpcHandlers(Tenancy, {
  createOrganization: WRITE,
  listOrganizations: READ,
  createProject: WRITE,
  updateProject: WRITE,
  listProjects: READ,
  createApiKey: WRITE,
  listApiKeys: READ,
  revokeApiKey: WRITE,
})
export class TenancyGrpc implements Handlers<typeof Tenancy> {
  readonly #tenancy: TenancyService;
  readonly #keys: ApiKeysService;

  constructor(tenancy: TenancyService, keys: ApiKeysService) {
    this.#tenancy = tenancy;
    this.#keys = keys;
  }

  async createOrganization(request: registryV1.CreateOrganizationRequest, call: CallContext) {
    const attempt = attemptOf(call, 'TenancyService.CreateOrganization');
    const created = await this.#tenancy.createOrganization(attempt, parseRequest(createOrganizationRequest, request));
    return { organization: organizationMessage(created) };
  }

  async listOrganizations(_request: registryV1.ListOrganizationsRequest, call: CallContext) {
    const organizations = await this.#tenancy.listOrganizations(actorOf(call));
    return { organizations: organizations.map(organizationMessage) };
  }

  async createProject(request: registryV1.CreateProjectRequest, call: CallContext) {
    const attempt = attemptOf(call, 'TenancyService.CreateProject');
    const created = await this.#tenancy.createProject(attempt, parseRequest(createProjectRequest, request));
    return { project: projectMessage(created) };
  }

  async updateProject(request: registryV1.UpdateProjectRequest, call: CallContext) {
    const attempt = attemptOf(call, 'TenancyService.UpdateProject');
    const updated = await this.#tenancy.updateProject(attempt, parseRequest(updateProjectRequest, request));
    return { project: projectMessage(updated) };
  }

  async listProjects(request: registryV1.ListProjectsRequest, call: CallContext) {
    const { organizationId } = parseRequest(listProjectsRequest, request);
    const projects = await this.#tenancy.listProjects(actorOf(call), organizationId);
    return { projects: projects.map(projectMessage) };
  }

  async createApiKey(request: registryV1.CreateApiKeyRequest, call: CallContext) {
    const attempt = attemptOf(call, 'TenancyService.CreateApiKey');
    const { key, secret } = await this.#keys.create(attempt, parseRequest(createApiKeyRequest, request));
    return { apiKey: apiKeyMessage(key), secret };
  }

  async listApiKeys(request: registryV1.ListApiKeysRequest, call: CallContext) {
    const keys = await this.#keys.list(actorOf(call), parseRequest(listApiKeysRequest, request).projectId);
    return { apiKeys: keys.map(apiKeyMessage) };
  }

  async revokeApiKey(request: registryV1.RevokeApiKeyRequest, call: CallContext) {
    const attempt = attemptOf(call, 'TenancyService.RevokeApiKey');
    return { apiKey: apiKeyMessage(await this.#keys.revoke(attempt, parseRequest(revokeApiKeyRequest, request).id)) };
  }
}
