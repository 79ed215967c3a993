import { join, resolve } from 'node:path';

/** Where everything of one installation lies. */
export interface Home {
  readonly root: string;
  readonly secrets: string;
  readonly keys: string;
  readonly models: string;
  readonly postgres: string;
  readonly kafka: string;
  readonly kafkaJars: string;
  readonly logs: string;
  /** Held by the process that owns the embedded services. */
  readonly startLock: string;
  /** How other commands reach what runs from this folder. */
  readonly running: string;
}

export function homeAt(path: string): Home {
  const root = resolve(path);
  return {
    root,
    secrets: join(root, 'secrets'),
    keys: join(root, 'keys'),
    models: join(root, 'models'),
    postgres: join(root, 'postgres'),
    kafka: join(root, 'kafka'),
    kafkaJars: join(root, 'kafka/libs'),
    logs: join(root, 'logs'),
    startLock: join(root, 'start.lock'),
    running: join(root, 'running.json'),
  };
}
