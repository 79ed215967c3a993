import { portsFrom } from '../environment/ports.js';
import { runInstallation } from '../installation/run-installation.js';
import { consecutivePorts, launchSevenProcesses, requireServicePorts } from '../installation/seven-processes.js';
import { runProgram } from '../lifetime/program.js';
import { ensureCertificates } from './certificates.js';

await runProgram(async (lifetime) => {
  const ports = portsFrom(process.env);
  const services = consecutivePorts(ports);
  if (process.env.WEIR_TLS_DIR) await ensureCertificates(process.env.WEIR_TLS_DIR);
  return runInstallation(lifetime, {
    environment: process.env,
    ports,
    requireServicePorts: () => requireServicePorts(services),
    launch: (home) => (environment, signal) => launchSevenProcesses(services, environment, home.logs, signal),
  });
});
