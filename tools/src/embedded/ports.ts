import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { SetupError } from '../setup-error.js';

const LOOPBACK = '127.0.0.1';

/** Throws a SetupError that names the variable when something listens on the port already. */
export async function requireFreePort(port: number, what: string, variable: string, host = LOOPBACK): Promise<void> {
  const server = createServer();
  try {
    await listening(server, port, host);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${code ?? 'unknown error'})`;
    throw new SetupError(
      `Port ${port} for ${what} ${reason}: stop what listens there, or set ${variable} to another port.`,
    );
  }
  await closed(server);
}

/** Ports that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(servers.map((server) => listening(server, 0, LOOPBACK)));
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map(closed));
  return ports;
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
