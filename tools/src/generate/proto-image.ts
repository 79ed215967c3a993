import { join } from 'node:path';
import { run } from '../run.js';

export interface ProtoMessageField {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
}

export interface ProtoMessage {
  readonly name: string;
  readonly comment: string;
  readonly fields: readonly ProtoMessageField[];
}

export interface ProtoMethod {
  readonly name: string;
  readonly request: string;
  readonly response: string;
  readonly comment: string;
}

export interface ProtoPackage {
  readonly name: string;
  readonly services: readonly {
    readonly name: string;
    readonly comment: string;
    readonly methods: readonly ProtoMethod[];
  }[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly { readonly name: string; readonly values: readonly string[] }[];
}

interface Named {
  readonly name: string;
}

interface FieldDescriptor extends Named {
  readonly type: string;
  readonly typeName?: string;
  readonly label?: string;
  readonly proto3Optional?: boolean;
}

interface FileDescriptor extends Named {
  readonly package: string;
  readonly messageType?: readonly (Named & { readonly field?: readonly FieldDescriptor[] })[];
  readonly enumType?: readonly (Named & { readonly value: readonly Named[] })[];
  readonly service?: readonly (Named & { readonly method?: readonly MethodDescriptor[] })[];
  readonly sourceCodeInfo?: { readonly location: readonly { path?: readonly number[]; leadingComments?: string }[] };
}

interface MethodDescriptor extends Named {
  readonly inputType: string;
  readonly outputType: string;
  readonly clientStreaming?: boolean;
  readonly serverStreaming?: boolean;
}

// Field numbers of descriptor.proto, of which comment paths are made.
const MESSAGE = 4;
const SERVICE = 6;
const INSIDE = 2;

/** The protos as buf understands them, with their comments, by package name. */
export async function protoPackages(root: string): Promise<ProtoPackage[]> {
  const text = await run(join(root, 'node_modules/.bin/buf'), ['build', '-o', '-#format=json'], {
    cwd: join(root, 'protos'),
  });
  const { file } = JSON.parse(text) as { file: readonly FileDescriptor[] };
  return file.map(packageOf).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function packageOf(file: FileDescriptor): ProtoPackage {
  const comments = new Map(
    (file.sourceCodeInfo?.location ?? []).map(({ path, leadingComments }) => [
      path?.join('.'),
      leadingComments?.trim(),
    ]),
  );
  const comment = (...path: number[]) => comments.get(path.join('.')) ?? '';
  const short = (type: string) => type.replace(`.${file.package}.`, '').replace(/^\./, '');
  return {
    name: file.package,
    services: (file.service ?? []).map((service, index) => ({
      name: service.name,
      comment: comment(SERVICE, index),
      methods: (service.method ?? []).map((method, place) => ({
        name: method.name,
        request: `${method.clientStreaming ? 'stream ' : ''}${short(method.inputType)}`,
        response: `${method.serverStreaming ? 'stream ' : ''}${short(method.outputType)}`,
        comment: comment(SERVICE, index, INSIDE, place),
      })),
    })),
    messages: (file.messageType ?? []).map((message, index) => ({
      name: message.name,
      comment: comment(MESSAGE, index),
      fields: (message.field ?? []).map((field, place) => ({
        name: field.name,
        type: typeOf(field, short),
        comment: comment(MESSAGE, index, INSIDE, place),
      })),
    })),
    enums: (file.enumType ?? []).map(({ name, value }) => ({ name, values: value.map((one) => one.name) })),
  };
}

function typeOf(field: FieldDescriptor, short: (type: string) => string): string {
  const scalar = field.type.replace('TYPE_', '').toLowerCase();
  const type = field.typeName ? short(field.typeName) : scalar;
  if (field.label === 'LABEL_REPEATED') return type.endsWith('Entry') ? 'map' : `repeated ${type}`;
  return field.proto3Optional ? `optional ${type}` : type;
}
