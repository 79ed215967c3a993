import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import type { FastifyRequest } from 'fastify';
import { callOf, type HttpCall } from './http-call.js';

function currentCall(context: ExecutionContext): HttpCall {
  const call = callOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (!call) throw new WeirError('internal', 'The request did not come through the HTTP door.');
  return call;
}

/** Parameter of a controller method: the HttpCall of the request. */
export const CurrentCall = createParamDecorator((_: unknown, context: ExecutionContext): HttpCall =>
  currentCall(context),
);

/** Parameter of a controller method: the Principal of the request. `missing_api_key` on a public route. */
export const CurrentPrincipal = createParamDecorator((_: unknown, context: ExecutionContext): Principal => {
  const { principal } = currentCall(context);
  if (!principal) throw new WeirError('missing_api_key', 'This route needs an API key.');
  return principal;
});
