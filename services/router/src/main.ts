import { startProcess } from '@weir/bootstrap';
import { processSettings, readSettings } from '@weir/config';
import { WeirError } from '@weir/errors';
import { routerService } from './index.js';

const settings = readSettings(processSettings);
if (!settings.ok) {
  const problems = settings.problems.map(({ env, message }) => `${env}: ${message}`);
  throw new WeirError('invalid_configuration', problems.join('; '));
}
const running = await startProcess({ services: [routerService], settings: settings.values });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void running.drain());
