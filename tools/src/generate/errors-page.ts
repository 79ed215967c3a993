import { ERROR_KINDS, GRPC } from '@weir/errors';
import { code, page, section, table } from './markdown.js';

const STATUS_NAMES = new Map<number, string>(Object.entries(GRPC).map(([name, status]) => [status, name]));

export function errorsPage(): string {
  const rows = Object.entries(ERROR_KINDS).map(([name, { http, grpc, type, retriable }]) => [
    code(name),
    String(http),
    STATUS_NAMES.get(grpc) ?? '',
    code(type),
    retriable ? 'yes' : 'no',
  ]);
  return page(
    'Errors',
    'One code per kind of failure, the same on every wire. A code never changes its meaning. HTTP bodies have the form of the OpenAI ' +
      'API, `{"error":{"message","type","param","code"}}`; gRPC carries the code in the details of its status. "Retriable" says whether the ' +
      'same request may succeed later without a change.',
    section('Codes', table(['code', 'HTTP', 'gRPC', 'type', 'retriable'], rows)),
  );
}
