import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../setup-error.js';
import type { ControlPlane } from '../seed/control-plane.js';

const POLL_MS = 100;

/**
 * Waits until the inference service reports that the deployment serves.
 * @throws SetupError with its reason when it cannot, or after `timeoutMs`
 */
export async function waitForDeployment(
  { registry }: Pick<ControlPlane, 'registry'>,
  id: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    const { deployment } = await registry.getDeployment({ id });
    const { reportedState = '', reportedReason = '' } = deployment ?? {};
    if (reportedState === 'ready') return;
    if (reportedState === 'failed') throw new SetupError(`The model cannot be served: ${reportedReason}`);
    if (performance.now() > deadline) {
      throw new SetupError(`The model was not ready after ${timeoutMs / 1000} s: it is ${reportedState || 'not reported'}.`);
    }
    await delay(POLL_MS, undefined, { signal });
  }
}
