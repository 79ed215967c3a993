export type AlertStatus = 'firing' | 'resolved';

/** One alert, identified by its labels. Times in milliseconds since the epoch; `endsMs` is 0 while it fires. */
export interface Alert {
  readonly fingerprint: string;
  readonly name: string;
  readonly status: AlertStatus;
  readonly severity: 'page' | 'ticket';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsMs: number;
  readonly endsMs: number;
  readonly updatedMs: number;
}

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const SEPARATOR = 0xff;

/** Fingerprint of a label set as Prometheus and Alertmanager compute it: FNV-1a (64 bit) over the sorted labels. */
export function fingerprint(labels: Readonly<Record<string, string>>): string {
  let hash = OFFSET_BASIS;
  const add = (byte: number) => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const part of [name, labels[name] ?? '']) {
      for (const byte of Buffer.from(part)) add(byte);
      add(SEPARATOR);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
