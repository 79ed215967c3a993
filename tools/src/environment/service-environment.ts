import { join } from 'node:path';
import type { Home } from '../home/folder.js';
import { secretAt } from '../home/private-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables that every process of an installation needs; what the user set wins. */
export async function serviceEnvironment(o: {
  readonly home: Home;
  readonly databaseUrl: string;
  readonly kafkaBrokers: string;
  readonly given: Environment;
}): Promise<Environment> {
  const { home, databaseUrl, kafkaBrokers, given } = o;
  return {
    ...given,
    WEIR_HOME: home.root,
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: kafkaBrokers,
    WEIR_KEY_PEPPER: given.WEIR_KEY_PEPPER || (await secretAt(join(home.secrets, 'key-pepper'))),
    WEIR_MESH_SECRET: given.WEIR_MESH_SECRET || (await secretAt(join(home.secrets, 'mesh'))),
  };
}
