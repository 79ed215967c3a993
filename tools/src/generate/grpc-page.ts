import { code, page, section, table } from './markdown.js';
import type { ProtoMessage, ProtoPackage } from './proto-image.js';

export function grpcPage(packages: readonly ProtoPackage[]): string {
  return page(
    'gRPC',
    'Every server also answers `grpc.health.v1.Health` and reflection. Applications send metadata `authorization: Bearer <key>`. Internal ' +
      'calls between processes travel over `weir.link.v1`.',
    ...packages.map(packageSection),
  );
}

function packageSection({ name, services, messages, enums }: ProtoPackage): string {
  const parts = services.flatMap((service) => [
    `### ${service.name}`,
    oneLine(service.comment),
    table(
      ['method', 'request', 'answer', 'what it does'],
      service.methods.map((method) => [code(method.name), code(method.request), code(method.response), method.comment]),
    ),
  ]);
  const described = messages.filter(({ fields }) => fields.length > 0).flatMap(messageParts);
  const values = enums.map((one) => `Enum \`${one.name}\`: ${one.values.map(code).join(', ')}.`);
  return section(code(name), ...parts, ...described, ...values);
}

function messageParts({ name, comment, fields }: ProtoMessage): string[] {
  const rows = fields.map((field) => [code(field.name), code(field.type), field.comment]);
  return [`#### ${name}`, oneLine(comment), table(['field', 'type', ''], rows)];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
