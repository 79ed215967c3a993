import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../setup-error.js';
import type { ControlPlane } from '../seed/control-plane.js';

const POLL_MS = 100;

/**
 * Waits until the inference service serves the deployment. It is asked itself: what it last reported to the registry may
 * be of an earlier run.
 * @throws SetupError with its reason when it cannot, or after `timeoutMs`
 */
export async function waitForDeployment(
  { engine }: Pick<ControlPlane, 'engine'>,
  id: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  await waitUntilNothingMissing(timeoutMs, signal, async () => {
    const { deployments } = await engine.listDeployments({}, { signal });
    const { state = 'not known yet', reason = '' } = deployments.find((one) => one.deploymentId === id) ?? {};
    if (state === 'failed') throw new SetupError(`The model cannot be served: ${reason}`);
    return state === 'ready' ? '' : `The model was not ready after ${timeoutMs / 1000} s: it is ${state}.`;
  });
}

/**
 * Waits until the front door knows the models. Routes and keys reach it as events, so a model that is ready may not have a
 * name there yet.
 * @throws SetupError after `timeoutMs`
 */
export async function waitForModels(
  { httpUrl, key, aliases }: { readonly httpUrl: string; readonly key: string; readonly aliases: readonly string[] },
  timeoutMs: number,
): Promise<void> {
  await waitUntilNothingMissing(timeoutMs, undefined, async () => {
    const answer = await fetch(`${httpUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    const { data = [] } = (await answer.json()) as { data?: { id: string }[] };
    const missing = aliases.filter((alias) => !data.some(({ id }) => id === alias));
    return missing.length === 0 ? '' : `The front door does not know ${missing.join(', ')}.`;
  });
}

/** @param missing says what there is to wait for; empty = nothing. */
async function waitUntilNothingMissing(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  missing: () => Promise<string>,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (true) {
    const reason = await missing();
    if (reason === '') return;
    if (performance.now() > deadline) throw new SetupError(reason);
    await delay(POLL_MS, undefined, { signal });
  }
}
