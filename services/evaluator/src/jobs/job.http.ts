import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Access, CurrentPrincipal } from '@weir/bootstrap';
import type { Principal } from '@weir/grpc';
import { evalHubJob, readEvalHubJob } from './evalhub.js';
import { cutPage, readJobId, readPage, viewOf } from './job-access.js';
import { readOrder } from './job-order.js';
import { JobService } from './job.service.js';

/** Jobs in the form of EvalHub. */
@Controller('api/v1/evaluations/jobs')
@Access({ scope: 'evaluation' })
export class JobHttp {
  constructor(private readonly jobs: JobService) {}

  @Post()
  @HttpCode(202)
  async create(
    @Body() body: unknown,
    @Headers('authorization') authorization: string | undefined,
    @CurrentPrincipal() principal: Principal,
  ) {
    const ownKey = (authorization ?? '').replace(/^bearer\s+/i, '');
    return evalHubJob(await this.jobs.create(readOrder(readEvalHubJob(body, ownKey)), principal));
  }

  @Get()
  async list(
    @Query('limit') limit: string | undefined,
    @Query('page_token') pageToken: string | undefined,
    @CurrentPrincipal() principal: Principal,
  ) {
    const page = readPage({ pageSize: Number(limit ?? 0), pageToken: String(pageToken ?? '') });
    const rows = await this.jobs.list(viewOf(principal), { ...page, limit: page.limit + 1 });
    const { shown, nextPageToken } = cutPage(rows, page.limit);
    return { items: shown.map(evalHubJob), limit: page.limit, next_page_token: nextPageToken };
  }

  @Get(':id')
  async get(@Param('id') id: string, @CurrentPrincipal() principal: Principal) {
    return evalHubJob(await this.jobs.get(readJobId(id), viewOf(principal)));
  }

  @Delete(':id')
  @HttpCode(204)
  async cancel(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.jobs.cancel(readJobId(id), viewOf(principal));
  }
}
