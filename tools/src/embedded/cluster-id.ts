import { randomBytes } from 'node:crypto';

/** A Kafka cluster id: 16 random bytes in base64url. Never begins with a dash, which Kafka's tool would take for an option. */
export function newClusterId(random: (size: number) => Buffer = randomBytes): string {
  const bytes = random(16);
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('base64url');
}
