import { Body, Controller, Get, Headers, HttpCode, Post } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, Public, RawBody, type HttpCall } from '@weir/bootstrap';
import { WeirError } from '@weir/errors';
import type { z } from 'zod';
import { conversationTexts, textAt } from '../wire/chat-messages.js';
import { placedDetections, placelessDetection } from '../wire/detection-wire.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { CUSTOM_IDS, InspectionService, type InspectionRequest } from '../inspection/inspection.service.js';
import type { Detection } from '../inspection/detection.js';
import type { DetectorParams } from '../inspection/detector-params.js';
import { readRaw } from '../wire/raw-body.http.js';
import {
  chatBody,
  contentsBody,
  contextBody,
  contextTexts,
  generatedTexts,
  generationBody,
} from './detector-bodies.js';

type RawBytes = Buffer | undefined;
type DetectorId = string | undefined;

const errorBody = ({ httpStatus, message }: WeirError) => ({ code: httpStatus, message });

/** The detector API of the FMS Guardrails Orchestrator, as TrustyAI's detectors serve it. */
@Controller()
@Access({ scope: 'inference' })
@ErrorBody(errorBody)
export class DetectorApiHttp {
  constructor(
    private readonly inspection: InspectionService,
    private readonly traffic: DoorTraffic,
  ) {}

  @Get('health')
  @Public()
  health(): string {
    return 'ok';
  }

  /** Ids with a description, by their kind. */
  @Get('registry')
  registry(): Record<string, Record<string, string>> {
    const registry: Record<string, Record<string, string>> = {};
    for (const { kind, id, description } of this.inspection.list()) (registry[kind] ??= {})[id] = description;
    return { ...registry, custom: Object.fromEntries(CUSTOM_IDS) };
  }

  @Post('api/v1/text/contents')
  @HttpCode(200)
  @RawBody()
  contents(@Headers('detector-id') id: DetectorId, @Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('fms', async () => {
      const { contents, detector_params: params } = readRaw(contentsBody, bytes);
      const units = contents.map((text, index) => ({ texts: [textAt(`contents.${index}`, text, 'user')] }));
      const found = await this.#inspect(id, params, { units, stage: 'input' }, call);
      return found.map((detections, index) => placedDetections(detections, contents[index] ?? ''));
    });
  }

  @Post('api/v1/text/chat')
  @HttpCode(200)
  @RawBody()
  chat(@Headers('detector-id') id: DetectorId, @Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.#placeless(id, chatBody, bytes, call, ({ messages }) => {
      return { units: [conversationTexts(messages)], stage: 'input' };
    });
  }

  @Post('api/v1/text/generation')
  @HttpCode(200)
  @RawBody()
  generation(@Headers('detector-id') id: DetectorId, @Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.#placeless(id, generationBody, bytes, call, (body) => {
      return { units: [generatedTexts(body)], stage: 'output' };
    });
  }

  @Post('api/v1/text/context/doc')
  @HttpCode(200)
  @RawBody()
  context(@Headers('detector-id') id: DetectorId, @Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.#placeless(id, contextBody, bytes, call, (body) => {
      return { units: [contextTexts(body)], stage: 'output' };
    });
  }

  #placeless<T extends z.ZodType<{ detector_params: DetectorParams }>>(
    id: DetectorId,
    schema: T,
    bytes: RawBytes,
    call: HttpCall,
    requestOf: (body: z.output<T>) => InspectionRequest,
  ) {
    return this.traffic.countStrict('fms', async () => {
      const body = readRaw(schema, bytes);
      const found = await this.#inspect(id, body.detector_params, requestOf(body), call);
      return found.flat().map(placelessDetection);
    });
  }

  async #inspect(
    id: DetectorId,
    params: DetectorParams,
    request: InspectionRequest,
    call: HttpCall,
  ): Promise<Detection[][]> {
    if (!id) throw new WeirError('invalid_request', 'The header detector-id is missing.', { param: 'detector-id' });
    return this.inspection.inspect(this.inspection.select(id, params), request, call);
  }
}
