import { Controller, Get, Param } from '@nestjs/common';
import { Access, CurrentPrincipal, RegistrySnapshot } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import { isVisible } from '../routing/candidates.js';
import { listed, visibleModels, type ListedModel } from './models.js';

/** GET /v1/models and GET /v1/models/{id}: the aliases that the caller's project may use. */
@Controller('v1/models')
@Access({ scope: 'inference' })
export class ModelsHttp {
  constructor(private readonly snapshot: RegistrySnapshot) {}

  @Get()
  list(@CurrentPrincipal() principal: Principal): { object: 'list'; data: ListedModel[] } {
    return { object: 'list', data: visibleModels(this.snapshot.routes(), principal) };
  }

  @Get(':id')
  get(@Param('id') id: string, @CurrentPrincipal() principal: Principal): ListedModel {
    const route = this.snapshot.route(id);
    if (route && isVisible(route, principal)) return listed(route);
    const message = `The model '${id}' does not exist or you do not have access to it.`;
    throw new WeirError('model_not_found', message, { param: 'model' });
  }
}
