import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { WeirError } from '@weir/errors';
import type { FastifyInstance } from 'fastify';

/** The one route that reads its body while it answers. */
export const STREAM_CONTENT = 'api/v2/text/detection/stream-content';

/** Lets that route have its body as it arrives; everywhere else such a body stays refused. */
@Injectable()
export class NdjsonBody implements OnModuleInit {
  constructor(private readonly adapters: HttpAdapterHost) {}

  onModuleInit(): void {
    const instance: FastifyInstance = this.adapters.httpAdapter.getInstance();
    instance.addContentTypeParser('application/x-ndjson', (request, payload, done) => {
      if (request.routeOptions.url === `/${STREAM_CONTENT}`) return done(null, payload);
      payload.resume();
      done(new WeirError('unsupported_media_type', 'Send the body as "content-type: application/json".'));
    });
  }
}
