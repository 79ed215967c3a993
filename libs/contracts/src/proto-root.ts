import { fileURLToPath } from 'node:url';

/** Folder of the .proto files, for reflection and for clients in other languages. */
export const protoRoot = fileURLToPath(new URL('../../../protos', import.meta.url));
