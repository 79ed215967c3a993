import 'reflect-metadata';
import { Controller, Get, Inject, Injectable, Module, Post, Body } from '@nestjs/common';
import {
  Access,
  CurrentCall,
  DatabaseModule,
  GrpcHandlers,
  OnEvent,
  settingsProvider,
  type HttpCall,
  type ServiceDescriptor,
} from '@weir/bootstrap';
import { setting, type SettingsValues } from '@weir/config';
import { alertChanged, billingV1, type AlertChanged, type WeirEvent } from '@weir/contracts';
import { Database, migration } from '@weir/database';
import { WeirError } from '@weir/errors';
import { counter, Metrics } from '@weir/telemetry';
import { z } from 'zod';

const SETTINGS = Symbol('sample.settings');
const sampleSettings = { greeting: setting('WEIR_SAMPLE_GREETING', z.string().default('hello'), 'What it says.') };
const sampleMetrics = { puts: counter('weir_sample_puts_total', 'Limits put.') };

const sampleMigrations = [
  migration('20260101_001_sample', [
    'CREATE TABLE limits (id text PRIMARY KEY, amount text NOT NULL, seen integer NOT NULL DEFAULT 0)',
  ]),
];

/** Lets a test hold requests while they run. */
@Injectable()
export class Gate {
  readonly opened = Promise.withResolvers<void>();
  waiting = 0;
}

@GrpcHandlers(billingV1.LimitServiceDefinition, {
  putLimit: { services: ['operator'], scope: 'admin' },
  listLimits: { services: ['operator'] },
  deleteLimit: {},
})
export class LimitGrpc {
  readonly #puts;

  constructor(
    private readonly database: Database,
    metrics: Metrics,
  ) {
    this.#puts = metrics.bind(sampleMetrics).puts;
  }

  async putLimit({ limit }: billingV1.PutLimitRequest) {
    if (!limit) throw new WeirError('invalid_request', 'There is no limit.', { param: 'limit' });
    await this.database.transaction(async (tx) => {
      await tx.query('INSERT INTO limits (id, amount) VALUES ($1, $2)', [limit.id, limit.amount]);
      await tx.append(alertChanged, alertOf(limit.id));
    });
    this.#puts.inc();
    return { limit };
  }

  async listLimits() {
    const rows = await this.database.query<{ id: string; amount: string; seen: number }>('SELECT * FROM limits');
    return { limits: rows.map(({ id, amount, seen }) => ({ id, amount, dimension: String(seen) })) };
  }

  async deleteLimit(): Promise<billingV1.DeleteLimitResponse> {
    throw new TypeError('must never be reached');
  }
}

@Injectable()
export class AlertConsumer {
  constructor(private readonly database: Database) {}

  @OnEvent(alertChanged, { group: 'sample' })
  async onAlertChanged(event: WeirEvent<AlertChanged>): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await tx.claim('sample', event))) return;
      await tx.query('UPDATE limits SET seen = seen + 1 WHERE id = $1', [event.data.fingerprint]);
    });
  }
}

@Controller('/sample')
@Access({ scope: 'inference' })
export class SampleController {
  constructor(
    private readonly gate: Gate,
    @Inject(SETTINGS) private readonly settings: SettingsValues<typeof sampleSettings>,
  ) {}

  @Get('/greeting')
  greeting() {
    return { greeting: this.settings.greeting };
  }

  @Post('/wait')
  async wait(@Body() body: unknown, @CurrentCall() call: HttpCall) {
    this.gate.waiting++;
    await this.gate.opened.promise;
    return { body, left: call.signal.aborted };
  }
}

@Module({
  imports: [DatabaseModule.forService('billing', { migrations: sampleMigrations })],
  controllers: [SampleController],
  providers: [LimitGrpc, AlertConsumer, Gate, settingsProvider(SETTINGS, sampleSettings)],
})
export class SampleModule {}

/** A whole small service: HTTP, gRPC, a database with its outbox, a consumer, settings and metrics. */
export const sampleService: ServiceDescriptor = {
  name: 'billing',
  module: SampleModule,
  settings: sampleSettings,
  metrics: sampleMetrics,
};

function alertOf(fingerprint: string): AlertChanged {
  return {
    fingerprint,
    name: 'sample',
    status: 'firing',
    severity: 'ticket',
    labels: {},
    annotations: {},
    starts_at: 0,
    ends_at: 0,
  };
}
