import { Module } from '@nestjs/common';
import { DatabaseModule, settingsProvider } from '@weir/bootstrap';
import { billingMigrations } from '../migrations/index.js';
import { BILLING_SETTINGS, billingSettings } from './billing.config.js';
import { ChargingService } from './ledger/charging.service.js';
import { CompletedConsumer } from './ledger/completed.consumer.js';
import { LedgerGrpc } from './ledger/ledger.grpc.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { LimitGrpc } from './limits/limit.grpc.js';
import { LimitRepository } from './limits/limit.repository.js';
import { PriceFeed } from './prices/price-feed.service.js';
import { PriceGrpc } from './prices/price.grpc.js';
import { PriceRepository } from './prices/price.repository.js';
import { PriceService } from './prices/price.service.js';
import { CounterRepository } from './quota/counter.repository.js';
import { LeaseRepository } from './quota/lease.repository.js';
import { LeaseService } from './quota/lease.service.js';
import { QuotaGrpc } from './quota/quota.grpc.js';
import { ReclaimService } from './quota/reclaim.service.js';
import { SettlingService } from './quota/settling.service.js';
import { UsageHttp } from './usage/usage.http.js';
import { UsageRepository } from './usage/usage.repository.js';

@Module({
  imports: [DatabaseModule.forService('billing', { migrations: billingMigrations })],
  controllers: [UsageHttp],
  providers: [
    settingsProvider(BILLING_SETTINGS, billingSettings),
    CounterRepository,
    LeaseRepository,
    LimitRepository,
    PriceRepository,
    LedgerRepository,
    UsageRepository,
    LeaseService,
    SettlingService,
    ReclaimService,
    PriceFeed,
    PriceService,
    ChargingService,
    QuotaGrpc,
    LimitGrpc,
    PriceGrpc,
    LedgerGrpc,
    CompletedConsumer,
  ],
})
export class BillingModule {}
