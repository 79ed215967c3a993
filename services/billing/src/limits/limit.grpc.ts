import { Inject } from '@nestjs/common';
import { GrpcHandlers, RegistrySnapshot, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { billingV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext, Handlers, Principal } from '@weir/grpc';
import { readLimit, writeLimit, type NewLimit } from './limit.js';
import { LimitRepository } from './limit.repository.js';

/** Limits for operators, and for admin keys inside their own organisation. */
@GrpcHandlers(billingV1.LimitServiceDefinition, {
  putLimit: { services: ['operator'], scope: 'admin' },
  listLimits: { services: ['operator', 'monitor'], scope: 'admin' },
  deleteLimit: { services: ['operator'], scope: 'admin' },
})
export class LimitGrpc implements Handlers<billingV1.LimitServiceDefinition> {
  constructor(
    private readonly limits: LimitRepository,
    private readonly registry: RegistrySnapshot,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  async putLimit(request: billingV1.PutLimitRequest, { principal }: CallContext) {
    const given = readLimit(request.limit);
    if (!this.#isVisible(given, principal)) {
      throw new WeirError('permission_denied', 'The limit belongs to another organisation.', {
        param: 'limit.scope_id',
      });
    }
    return { limit: writeLimit(await this.limits.put({ ...given, id: this.source.uuid() }, this.source.now())) };
  }

  async listLimits({ scope, scopeId }: billingV1.ListLimitsRequest, { principal }: CallContext) {
    const limits = principal && !scopeId ? await this.#over(principal, scope) : await this.limits.list(scope, scopeId);
    return { limits: limits.filter((limit) => this.#isVisible(limit, principal)).map(writeLimit) };
  }

  async deleteLimit({ id }: billingV1.DeleteLimitRequest, { principal }: CallContext) {
    const limit = await this.limits.find(id);
    if (!limit || !this.#isVisible(limit, principal))
      throw new WeirError('not_found', 'There is no such limit.', { param: 'id' });
    await this.limits.delete(id);
    return {};
  }

  /** The limits over the key itself, in one scope or in all of them. */
  async #over(principal: Principal, only: string) {
    const scopes = [
      ['organization', principal.organizationId],
      ['project', principal.projectId],
      ['api_key', principal.apiKeyId],
    ] as const;
    const wanted = scopes.filter(([scope]) => !only || scope === only);
    return (await Promise.all(wanted.map(([scope, id]) => this.limits.list(scope, id)))).flat();
  }

  /** A key sees what belongs to its organisation; a service that acts for nobody sees everything. */
  #isVisible(limit: NewLimit, principal: Principal | undefined): boolean {
    return !principal || this.#organizationOf(limit) === principal.organizationId;
  }

  #organizationOf({ scope, scopeId }: NewLimit): string | undefined {
    if (scope === 'organization') return scopeId;
    const owner = scope === 'project' ? this.registry.project(scopeId) : this.registry.apiKey(scopeId);
    return owner?.organization_id;
  }
}
