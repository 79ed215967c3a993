import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { Access, CurrentCall, ErrorBody, RawBody, type HttpCall } from '@weir/bootstrap';
import type { FastifyReply } from 'fastify';
import { DoorTraffic } from '../door-traffic.service.js';
import { readRaw } from '../wire/raw-body.http.js';
import { orchestratorError } from '../orchestrator/orchestrator-error.js';
import { withEvents } from './server-events.http.js';
import { classificationBody, generationDetectionBody } from './task-bodies.js';
import { TaskService } from './task.service.js';

type RawBytes = Buffer | undefined;

/** Generation with detections by a prompt alone, in both versions of the orchestrator's API. */
@Controller('api')
@Access({ scope: 'inference' })
@ErrorBody(orchestratorError)
export class TaskHttp {
  constructor(
    private readonly tasks: TaskService,
    private readonly traffic: DoorTraffic,
  ) {}

  @Post('v2/text/generation-detection')
  @HttpCode(200)
  @RawBody()
  generation(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('orchestrator', () => {
      return this.tasks.generateAndDetect(readRaw(generationDetectionBody, bytes), call);
    });
  }

  @Post('v1/task/classification-with-text-generation')
  @HttpCode(200)
  @RawBody()
  classification(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall) {
    return this.traffic.countStrict('orchestrator', () => {
      return this.tasks.classify(readRaw(classificationBody, bytes), call);
    });
  }

  @Post('v1/task/server-streaming-classification-with-text-generation')
  @HttpCode(200)
  @RawBody()
  stream(@Body() bytes: RawBytes, @CurrentCall() call: HttpCall, @Res() reply: FastifyReply): Promise<void> {
    return withEvents(reply, '', (send) =>
      this.traffic.countStrict('orchestrator', () => {
        return send(this.tasks.classifyStream(readRaw(classificationBody, bytes), call));
      }),
    );
  }
}
