import { Body, Controller, Injectable, Module, Post } from '@nestjs/common';
import {
  Access,
  CurrentCall,
  CurrentPrincipal,
  DatabaseModule,
  GrpcHandlers,
  OnEvent,
  type HttpCall,
  type ServiceDescriptor,
} from '@weir/bootstrap';
import { alertChanged, billingV1, type AlertChanged, type WeirEvent } from '@weir/contracts';
import { Database, migration } from '@weir/database';
import { RpcClients, type CallContext, type Principal } from '@weir/grpc';
import type { DeliveryContext } from '@weir/kafka';
import { formatTraceparent } from '@weir/telemetry';
import { describe, expect, it } from 'vitest';
import { eventually } from '../src/eventually.js';
import { startTestProcess } from '../src/test-process.js';

/** What the parts of one request saw of it. */
class Sightings {
  readonly rpc: { traceId?: string; principal?: string; peer: string; requestId: string }[] = [];
  readonly events: { id: string; traceId?: string; eventTrace?: string }[] = [];
}

@GrpcHandlers(billingV1.LimitServiceDefinition, {
  putLimit: { services: ['router'] },
  listLimits: {},
  deleteLimit: { services: ['registry'] },
})
class LimitGrpc {
  constructor(
    private readonly database: Database,
    private readonly sightings: Sightings,
  ) {}

  async putLimit({ limit }: billingV1.PutLimitRequest, call: CallContext) {
    this.sightings.rpc.push({
      traceId: call.trace?.traceId,
      principal: call.principal?.projectId,
      peer: call.peer.kind === 'service' ? call.peer.name : 'client',
      requestId: call.requestId,
    });
    await this.database.transaction(async (tx) => {
      await tx.query('INSERT INTO only_billing_has_this VALUES ($1)', [limit?.id]);
      await tx.append(
        alertChanged,
        {
          fingerprint: limit?.id ?? '',
          name: 'put',
          status: 'firing',
          severity: 'ticket',
          labels: {},
          annotations: {},
          starts_at: 0,
          ends_at: 0,
        },
        call.trace ? { traceparent: formatTraceparent(call.trace) } : {},
      );
    });
    return { limit };
  }

  async listLimits(): Promise<billingV1.ListLimitsResponse> {
    return { limits: [] };
  }

  async deleteLimit(): Promise<billingV1.DeleteLimitResponse> {
    return {};
  }
}

@Module({
  imports: [
    DatabaseModule.forService('billing', {
      migrations: [migration('20260101_001_own', ['CREATE TABLE only_billing_has_this (id text PRIMARY KEY)'])],
    }),
  ],
  providers: [LimitGrpc, Sightings],
  exports: [Sightings],
})
class BillingModule {}

@Controller('/put')
@Access({ scope: 'inference' })
class PutController {
  readonly #limits;

  constructor(
    clients: RpcClients,
    private readonly database: Database,
  ) {
    this.#limits = clients.as('router').client('billing', billingV1.LimitServiceDefinition);
  }

  @Post()
  async put(@Body() body: { id: string }, @CurrentCall() call: HttpCall, @CurrentPrincipal() principal: Principal) {
    const { requestId, trace, signal } = call;
    await this.#limits.putLimit({ limit: { id: body.id } }, { requestId, trace, signal, principal });
    const refused = await this.#limits
      .deleteLimit({ id: body.id }, { signal })
      .catch((error: { code: string }) => error);
    const foreign = await this.database.query('SELECT * FROM only_billing_has_this').then(
      () => 'visible',
      () => 'not visible',
    );
    return { refused: 'code' in refused ? refused.code : 'none', foreign, schema: this.database.schema };
  }
}

@Injectable()
class AlertConsumer {
  constructor(private readonly sightings: Sightings) {}

  @OnEvent(alertChanged, { group: 'router' })
  async onAlertChanged(event: WeirEvent<AlertChanged>, context: DeliveryContext): Promise<void> {
    const { fingerprint } = event.data;
    const eventTrace = event.traceparent?.split('-')[1];
    this.sightings.events.push({ id: fingerprint, traceId: context.trace?.traceId, eventTrace });
  }
}

@Module({
  imports: [BillingModule, DatabaseModule.forService('router', { migrations: [] })],
  controllers: [PutController],
  providers: [AlertConsumer],
})
class RouterModule {}

const descriptor = (name: 'router' | 'billing', module: ServiceDescriptor['module']): ServiceDescriptor => ({
  name,
  module,
  settings: {},
  metrics: {},
});

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe.each(['auto', 'grpc'] as const)('two services in one process, bound by %s', (binding) => {
  it('carry trace, principal, request id and identity from HTTP over RPC and the outbox to a consumer', async () => {
    const services = [descriptor('billing', BillingModule), descriptor('router', RouterModule)];
    await using running = await startTestProcess({ services, settings: { binding } });
    const tenant = await running.seedTenant();
    const response = await fetch(`${running.httpUrl}/put`, {
      method: 'POST',
      headers: {
        ...tenant.headers,
        'content-type': 'application/json',
        'x-request-id': `request-by-${binding}`,
        traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`,
      },
      body: JSON.stringify({ id: 'l1' }),
    });
    expect(await response.json()).toEqual({
      refused: 'permission_denied',
      foreign: 'not visible',
      schema: `${running.settings.schemaPrefix}router`,
    });
    const sightings = running.app.get(Sightings, { strict: false });
    expect(sightings.rpc).toEqual([
      { traceId: TRACE_ID, principal: tenant.projectId, peer: 'router', requestId: `request-by-${binding}` },
    ]);
    await eventually(() => sightings.events.length > 0);
    expect(sightings.events).toEqual([{ id: 'l1', traceId: TRACE_ID, eventTrace: TRACE_ID }]);
  });
});
