import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processSettings, readSettings } from '@weir/config';
import { controlPlaneOf, homeAt, operatorClients, seedDemo, smollm2, waitForDeployment } from '@weir/tools';

const READY_WITHIN_MS = 120_000;
/** Where the image of the inference service keeps the model. */
const MODEL_FILE = join('/models', smollm2.file);

const { home: root, tlsDirectory, registryAddr, billingAddr } = processSettings;
const { values } = readSettings({ home: root, tlsDirectory, registryAddr, billingAddr });
const home = homeAt(values.home);
const meshSecret = (await readFile(join(home.secrets, 'mesh'), 'utf8')).trim();
await using clients = operatorClients(
  { meshSecret, tlsDirectory: values.tlsDirectory },
  (service) => values[`${service}Addr`],
);
const control = controlPlaneOf(clients);
const { deploymentId, route } = await seedDemo(control, home, MODEL_FILE);
await waitForDeployment(control, deploymentId, READY_WITHIN_MS);
process.stdout.write(`${route} is ready; the keys are in ${home.keys}\n`);
