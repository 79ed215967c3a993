import { GrpcHandlers } from '@weir/bootstrap';
import { registryV1 } from '@weir/contracts';
import type { CallContext, Handlers } from '@weir/grpc';
import { actorOf } from './access/actor.js';
import { attemptOf } from './access/attempt.js';
import { MEASURE, READ, WRITE } from './access/method-access.js';
import { deploymentMessage } from './deployments/deployment-message.js';
import {
  createDeploymentRequest,
  getDeploymentRequest,
  setDeploymentStateRequest,
  setQualityOverrideRequest,
} from './deployments/deployment-request.js';
import { DeploymentsService } from './deployments/deployments.service.js';
import { modelMessage, modelVersionMessage } from './models/model-message.js';
import {
  createModelRequest,
  createModelVersionRequest,
  getModelVersionRequest,
  setModelAliasRequest,
} from './models/model-request.js';
import { ModelsService } from './models/models.service.js';
import { recordQualityReportRequest } from './models/quality-report-request.js';
import { QualityReportsService } from './models/quality-reports.service.js';
import { cutPage, readPage } from './request/page.js';
import { parseRequest } from './request/parse-request.js';
import { routeMessage } from './routes/route-message.js';
import { deleteRouteRequest, putRouteRequest } from './routes/route-request.js';
import { RoutesService } from './routes/routes.service.js';

const Registry = registryV1.RegistryServiceDefinition;

@GrpcHandlers(Registry, {
  createModel: WRITE,
  listModels: READ,
  createModelVersion: WRITE,
  getModelVersion: READ,
  recordQualityReport: MEASURE,
  setModelAlias: WRITE,
  createDeployment: WRITE,
  setDeploymentState: WRITE,
  setQualityOverride: WRITE,
  getDeployment: READ,
  listDeployments: READ,
  putRoute: WRITE,
  deleteRoute: WRITE,
  listRoutes: READ,
})
export class RegistryGrpc implements Handlers<typeof Registry> {
  readonly #models: ModelsService;
  readonly #reports: QualityReportsService;
  readonly #deployments: DeploymentsService;
  readonly #routes: RoutesService;

  constructor(
    models: ModelsService,
    reports: QualityReportsService,
    deployments: DeploymentsService,
    routes: RoutesService,
  ) {
    this.#models = models;
    this.#reports = reports;
    this.#deployments = deployments;
    this.#routes = routes;
  }

  async createModel(request: registryV1.CreateModelRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.CreateModel');
    return { model: modelMessage(await this.#models.create(attempt, parseRequest(createModelRequest, request))) };
  }

  async listModels(request: registryV1.ListModelsRequest) {
    const page = readPage('models', request);
    const cut = cutPage('models', page, await this.#models.list(page), ({ object }) => object.name);
    return { models: cut.rows.map(modelMessage), nextPageToken: cut.nextPageToken };
  }

  async createModelVersion(request: registryV1.CreateModelVersionRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.CreateModelVersion');
    const version = await this.#models.createVersion(attempt, parseRequest(createModelVersionRequest, request));
    return { version: modelVersionMessage(version) };
  }

  async getModelVersion(request: registryV1.GetModelVersionRequest) {
    const { modelName, version } = parseRequest(getModelVersionRequest, request);
    return { version: modelVersionMessage(await this.#models.getVersion(modelName, version)) };
  }

  async recordQualityReport(request: registryV1.RecordQualityReportRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.RecordQualityReport');
    const version = await this.#reports.record(attempt, parseRequest(recordQualityReportRequest, request));
    return { version: modelVersionMessage(version) };
  }

  async setModelAlias(request: registryV1.SetModelAliasRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.SetModelAlias');
    return { model: modelMessage(await this.#models.setAlias(attempt, parseRequest(setModelAliasRequest, request))) };
  }

  async createDeployment(request: registryV1.CreateDeploymentRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.CreateDeployment');
    const deployment = await this.#deployments.create(attempt, parseRequest(createDeploymentRequest, request));
    return { deployment: deploymentMessage(deployment) };
  }

  async setDeploymentState(request: registryV1.SetDeploymentStateRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.SetDeploymentState');
    const deployment = await this.#deployments.setState(attempt, parseRequest(setDeploymentStateRequest, request));
    return { deployment: deploymentMessage(deployment) };
  }

  async setQualityOverride(request: registryV1.SetQualityOverrideRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.SetQualityOverride');
    const given = parseRequest(setQualityOverrideRequest, request);
    return { deployment: deploymentMessage(await this.#deployments.setQualityOverride(attempt, given)) };
  }

  async getDeployment(request: registryV1.GetDeploymentRequest) {
    const { id } = parseRequest(getDeploymentRequest, request);
    return { deployment: deploymentMessage(await this.#deployments.get(id)) };
  }

  async listDeployments(request: registryV1.ListDeploymentsRequest) {
    const page = readPage('deployments', request);
    const cut = cutPage('deployments', page, await this.#deployments.list(page), ({ object }) => object.name);
    return { deployments: cut.rows.map(deploymentMessage), nextPageToken: cut.nextPageToken };
  }

  async putRoute(request: registryV1.PutRouteRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.PutRoute');
    return { route: routeMessage(await this.#routes.put(attempt, parseRequest(putRouteRequest, request).route)) };
  }

  async deleteRoute(request: registryV1.DeleteRouteRequest, call: CallContext) {
    const attempt = attemptOf(call, 'RegistryService.DeleteRoute');
    await this.#routes.remove(attempt, parseRequest(deleteRouteRequest, request).alias);
    return {};
  }

  async listRoutes(_request: registryV1.ListRoutesRequest, call: CallContext) {
    const routes = await this.#routes.list(actorOf(call));
    return { routes: routes.map(routeMessage) };
  }
}
