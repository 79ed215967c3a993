import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** Test message: every kind of field that behaves differently on a wire. */
export interface Echo {
  text: string;
  count: number;
  data: Buffer;
  tags: string[];
}

export const Echo = {
  encode(message: Echo, writer: BinaryWriter = new BinaryWriter()): BinaryWriter {
    if (message.text !== '') writer.uint32(10).string(message.text);
    if (message.count !== 0) writer.uint32(16).int32(message.count);
    if (message.data.length !== 0) writer.uint32(26).bytes(message.data);
    for (const tag of message.tags) writer.uint32(34).string(tag);
    return writer;
  },
  decode(input: BinaryReader | Uint8Array, length?: number): Echo {
    const reader = input instanceof BinaryReader ? input : new BinaryReader(input);
    const end = length === undefined ? reader.len : reader.pos + length;
    const message = Echo.fromPartial({});
    while (reader.pos < end) {
      const tag = reader.uint32();
      if (tag === 10) message.text = reader.string();
      else if (tag === 16) message.count = reader.int32();
      else if (tag === 26) message.data = Buffer.from(reader.bytes());
      else if (tag === 34) message.tags.push(reader.string());
      else reader.skip(tag & 7);
    }
    return message;
  },
  fromPartial(object: Partial<Echo>): Echo {
    return {
      text: object.text ?? '',
      count: object.count ?? 0,
      data: object.data ?? Buffer.alloc(0),
      tags: object.tags?.map((tag) => tag) ?? [],
    };
  },
};

const method = <Name extends string, In extends boolean, Out extends boolean>(name: Name, input: In, output: Out) => ({
  name,
  requestType: Echo,
  requestStream: input,
  responseType: Echo,
  responseStream: output,
});

export const EchoDefinition = {
  name: 'EchoService',
  fullName: 'weir.test.v1.EchoService',
  methods: {
    say: method('Say', false, false),
    list: method('List', false, true),
    collect: method('Collect', true, false),
    chat: method('Chat', true, true),
    closed: method('Closed', false, false),
    forClients: method('ForClients', false, false),
  },
} as const;
export type EchoDefinition = typeof EchoDefinition;
