import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { openAiErrorBody, WeirError } from '@weir/errors';

interface Refusal {
  readonly status: number;
  readonly error: WeirError;
}

/** The answer to what is not HTTP, too slow or too long in its headers: the parser gave up, so there is no request. */
export function refusalOf(parserCode: string | undefined): Refusal {
  if (parserCode === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, error: new WeirError('deadline_exceeded', 'The request did not arrive in time.') };
  }
  if (parserCode === 'HPE_HEADER_OVERFLOW') {
    return {
      status: 431,
      error: new WeirError('invalid_request', 'The headers of a request may have 16 KiB at most.'),
    };
  }
  return { status: 400, error: new WeirError('invalid_request', 'The request is not valid HTTP.') };
}

/** Answers on the socket itself and closes it. */
export function refuseMalformed(cause: Error & { code?: string }, socket: Socket, requestId: string): void {
  if (cause.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, error } = refusalOf(cause.code);
  const body = JSON.stringify(openAiErrorBody(error));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
