import { requireFreePort } from '../embedded/ports.js';
import { portsFrom } from '../environment/ports.js';
import { launchInOneProcess } from '../installation/one-process.js';
import { runInstallation } from '../installation/run-installation.js';
import { runProgram } from '../lifetime/program.js';

await runProgram(async (lifetime) => {
  const ports = portsFrom(process.env);
  return runInstallation(lifetime, {
    environment: process.env,
    ports,
    requireServicePorts: async () => {
      await requireFreePort(ports.http, 'HTTP', 'WEIR_HTTP_PORT');
      await requireFreePort(ports.grpc, 'gRPC', 'WEIR_GRPC_PORT');
    },
    launch: (home) => (environment, signal) => launchInOneProcess(environment, home.logs, signal),
  });
});
