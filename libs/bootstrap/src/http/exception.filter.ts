import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpDoor } from './http-door.js';

/** Gives what a controller throws to the door, so that every failure has one form. */
@Catch()
export class DoorExceptionFilter implements ExceptionFilter {
  readonly #door: HttpDoor;

  constructor(door: HttpDoor) {
    this.#door = door;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.#door.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
