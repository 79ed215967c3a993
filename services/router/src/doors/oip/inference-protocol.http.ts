import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import {
  Access,
  CurrentCall,
  CurrentPrincipal,
  ErrorBody,
  parseJsonBody,
  Public,
  RawBody,
  SOURCE,
  type HttpCall,
} from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { asWeirError, WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PipelineService } from '../../pipeline/pipeline.service.js';
import type { RequestRun } from '../../pipeline/request-run.js';
import { ROUTER_SETTINGS, type RouterSettings } from '../../router.config.js';
import { callerOf, eventStream, type Exchange } from '../http-exchange.js';
import { runHeaders } from '../run-headers.js';
import { readGenerateBody } from './generate-body.js';
import { JSON_LENGTH_HEADER, readInferBody, writeInferBody } from './http-body.js';
import { deadlineOf, InferenceProtocolService, versionOf, type InferCall } from './inference-protocol.service.js';
import { SERVER } from './server-metadata.js';
import { invalid, TEXT_OUTPUT } from './tensor.js';

interface ModelPath {
  readonly model: string;
  readonly version?: string;
}

const errorBody = ({ code, message }: WeirError) => ({ error: `${code}: ${message}` });

/** The Open Inference Protocol over HTTP: /v2. */
@Controller('v2')
@Access({ scope: 'inference' })
@ErrorBody(errorBody)
// Its clients send JSON without saying so.
@RawBody()
export class InferenceProtocolHttp {
  constructor(
    private readonly protocol: InferenceProtocolService,
    private readonly pipeline: PipelineService,
    @Inject(SOURCE) readonly source: Source,
    @Inject(ROUTER_SETTINGS) readonly settings: RouterSettings,
  ) {}

  @Get()
  @Public()
  server() {
    return SERVER;
  }

  @Get('health/live')
  @Public()
  live() {
    return { live: true };
  }

  @Get('health/ready')
  @Public()
  ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const ready = this.protocol.isServerReady;
    if (!ready) reply.code(503);
    return { ready };
  }

  @Get(['models/:model', 'models/:model/versions/:version'])
  metadata(@Param() { model, version = '' }: ModelPath, @CurrentPrincipal() principal: Principal) {
    return this.protocol.metadata(principal, model, version);
  }

  @Get(['models/:model/ready', 'models/:model/versions/:version/ready'])
  modelReady(
    @Param() { model, version = '' }: ModelPath,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const ready = this.protocol.isModelReady(principal, model, version);
    if (!ready) reply.code(503);
    return { name: model, ready };
  }

  @Post(['models/:model/infer', 'models/:model/versions/:version/infer'])
  @HttpCode(200)
  async infer(
    @Param() { model, version = '' }: ModelPath,
    @Body() body: Buffer | undefined,
    @CurrentCall() call: HttpCall,
    @CurrentPrincipal() principal: Principal,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { json, raw } = partsOf(body ?? NOTHING, http);
    const { id, text, parameters, rawOutput } = readInferBody(json, raw);
    const exchange = { call, principal, http, reply };
    const run = await this.#run({ model, version, text, parameters }, exchange);
    const answer = { model, version: versionOf(run), id, text: run.choices[0]?.text ?? '' };
    const written = writeInferBody(answer, rawOutput);
    if (!rawOutput) return void (await reply.type('application/json; charset=utf-8').send(written.json));
    const head = Buffer.from(written.json);
    await reply
      .type('application/octet-stream')
      .header(JSON_LENGTH_HEADER, head.byteLength)
      .send(Buffer.concat([head, written.raw]));
  }

  @Post(['models/:model/generate', 'models/:model/versions/:version/generate'])
  @HttpCode(200)
  async generate(
    @Param() { model, version = '' }: ModelPath,
    @Body() body: Buffer | undefined,
    @CurrentCall() call: HttpCall,
    @CurrentPrincipal() principal: Principal,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = await this.#run(
      { model, version, ...readGenerateBody(jsonOf(body)) },
      { call, principal, http, reply },
    );
    await reply.type('application/json; charset=utf-8').send(generated(model, run, run.choices[0]?.text ?? ''));
  }

  @Post(['models/:model/generate_stream', 'models/:model/versions/:version/generate_stream'])
  @HttpCode(200)
  async generateStream(
    @Param() { model, version = '' }: ModelPath,
    @Body() body: Buffer | undefined,
    @CurrentCall() call: HttpCall,
    @CurrentPrincipal() principal: Principal,
    @Req() http: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const run = this.#begin(
      { model, version, ...readGenerateBody(jsonOf(body)) },
      { call, principal, http, reply },
      true,
    );
    const stream = eventStream(run, reply, this.settings);
    try {
      await this.pipeline.execute(run, { delta: ({ text }) => stream.send(frame(generated(model, run, text))) });
    } catch (error) {
      stream.close();
      if (!stream.started) throw error;
      return stream.end(frame(JSON.stringify(errorBody(asWeirError(error)))));
    }
    stream.end('');
  }

  @Post('repository/models/:model/load')
  @HttpCode(200)
  @Access({ scope: 'admin' })
  async load(@Param('model') model: string, @CurrentPrincipal() principal: Principal, @CurrentCall() call: HttpCall) {
    await this.protocol.load(principal, model, { signal: call.signal, requestId: call.requestId });
    return {};
  }

  @Post('repository/models/:model/unload')
  @HttpCode(200)
  @Access({ scope: 'admin' })
  async unload(@Param('model') model: string, @CurrentPrincipal() principal: Principal, @CurrentCall() call: HttpCall) {
    await this.protocol.unload(principal, model, { signal: call.signal, requestId: call.requestId });
    return {};
  }

  async #run(infer: InferCall, exchange: Exchange): Promise<RequestRun> {
    const run = this.#begin(infer, exchange, false);
    try {
      await this.pipeline.execute(run);
    } finally {
      for (const [name, value] of runHeaders(run)) exchange.reply.header(name, value);
    }
    return run;
  }

  #begin(infer: InferCall, exchange: Exchange, stream: boolean): RequestRun {
    const caller = callerOf(exchange, this);
    const deadline = deadlineOf(caller, this.source.now(), infer.parameters);
    return this.protocol.begin(infer, { ...caller, deadline }, stream);
  }
}

const NOTHING = Buffer.alloc(0);

const jsonOf = (body: Buffer | undefined) => parseJsonBody(body ?? NOTHING);

/** JSON, and what follows it when the header says how long it is. */
function partsOf(body: Buffer, http: FastifyRequest): { readonly json: unknown; readonly raw: Uint8Array } {
  const header = http.headers[JSON_LENGTH_HEADER];
  if (header === undefined) return { json: parseJsonBody(body), raw: new Uint8Array(0) };
  const length = Number(header);
  if (!Number.isSafeInteger(length) || length < 0 || length > body.byteLength) {
    throw invalid(JSON_LENGTH_HEADER, 'is not the length of the JSON in the body');
  }
  return { json: parseJsonBody(body.subarray(0, length)), raw: body.subarray(length) };
}

function generated(model: string, run: RequestRun, text: string): string {
  return JSON.stringify({ model_name: model, model_version: versionOf(run), [TEXT_OUTPUT]: text });
}

const frame = (json: string) => `data: ${json}\n\n`;
