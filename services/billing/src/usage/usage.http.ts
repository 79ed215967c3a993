import { Controller, Get, Inject, Query } from '@nestjs/common';
import { Access, CurrentPrincipal, SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import type { Principal } from '@weir/grpc';
import { costResult, pageOf, usageResult } from './buckets.js';
import { costsQuery, usageQuery } from './usage-query.js';
import { UsageRepository } from './usage.repository.js';

/** Usage and costs of the caller's organisation, shaped like OpenAI's administration API. */
@Controller('v1/organization')
@Access({ scope: 'usage.read' })
export class UsageHttp {
  constructor(
    private readonly usage: UsageRepository,
    @Inject(SOURCE) private readonly source: Source,
  ) {}

  @Get('usage/completions')
  async completions(@Query() parameters: Record<string, unknown>, @CurrentPrincipal() principal: Principal) {
    const query = usageQuery(parameters, this.source.now());
    return pageOf(query, await this.usage.sums(principal.organizationId, query), usageResult);
  }

  @Get('costs')
  async costs(@Query() parameters: Record<string, unknown>, @CurrentPrincipal() principal: Principal) {
    const query = costsQuery(parameters, this.source.now());
    return pageOf(query, await this.usage.sums(principal.organizationId, query), costResult);
  }
}
