import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, Public, RawBody, type HttpCall } from '@weir/bootstrap';
import { conversationTexts, textAt } from '../wire/chat-messages.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { contextTexts, generatedTexts } from '../fms/detector-bodies.js';
import type { DetectorMap } from '../inspection/detector-params.js';
import { InspectionService, type InspectionRequest } from '../inspection/inspection.service.js';
import { readRaw } from '../wire/raw-body.http.js';
import {
  chatDetectionBody,
  contentDetectionBody,
  contextDetectionBody,
  generatedDetectionBody,
} from './detection-bodies.js';
import { placedResults, placelessResult } from './detector-results.js';
import { orchestratorError } from './orchestrator-error.js';

type RawBytes = Buffer | undefined;

/** The orchestrator's API for texts that are there already. */
@Controller('api/v2')
@Access({ scope: 'inference' })
@ErrorBody(orchestratorError)
export class TextDetectionHttp {
  constructor(
    private readonly inspection: InspectionService,
    private readonly traffic: DoorTraffic,
  ) {}

  /** What the orchestrator tells of its parts; here they all are in this service, which answers. */
  @Get('info')
  @Public()
  info() {
    return { services: { detectors: { status: 'HEALTHY' }, chunkers: { status: 'HEALTHY' } } };
  }

  @Post('text/detection/content')
  @HttpCode(200)
  @RawBody()
  content(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('orchestrator', async () => {
      const { detectors, content } = readRaw(contentDetectionBody, bytes);
      const units = [{ texts: [textAt('content', content, 'user')] }];
      const found = await this.#inspect(detectors, { units, stage: 'input' }, call);
      return { detections: placedResults(found, content) };
    });
  }

  @Post('text/detection/chat')
  @HttpCode(200)
  @RawBody()
  chat(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('orchestrator', async () => {
      const { detectors, messages } = readRaw(chatDetectionBody, bytes);
      return this.#placeless(detectors, { units: [conversationTexts(messages)], stage: 'input' }, call);
    });
  }

  @Post('text/detection/context')
  @HttpCode(200)
  @RawBody()
  context(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('orchestrator', async () => {
      const body = readRaw(contextDetectionBody, bytes);
      return this.#placeless(body.detectors, { units: [contextTexts(body)], stage: 'output' }, call);
    });
  }

  @Post('text/detection/generated')
  @HttpCode(200)
  @RawBody()
  generated(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('orchestrator', async () => {
      const body = readRaw(generatedDetectionBody, bytes);
      return this.#placeless(body.detectors, { units: [generatedTexts(body)], stage: 'output' }, call);
    });
  }

  async #placeless(detectors: DetectorMap, request: InspectionRequest, call: HttpCall) {
    return { detections: (await this.#inspect(detectors, request, call)).map(placelessResult) };
  }

  async #inspect(detectors: DetectorMap, request: InspectionRequest, call: HttpCall) {
    return (await this.inspection.inspectAll(this.inspection.selectAll(detectors), request, call)).flat();
  }
}
