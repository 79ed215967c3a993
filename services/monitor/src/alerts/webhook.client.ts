import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WeirError } from '@weir/errors';
import { Agent, request } from 'undici';

const TIMEOUT_MS = 5000;
const CONNECTIONS = 4;

/** Posts notifications. The operator chose the address, so that private ones are allowed. */
@Injectable()
export class WebhookClient implements OnApplicationShutdown {
  readonly #agent = new Agent({ connections: CONNECTIONS, connect: { timeout: TIMEOUT_MS } });

  /** @throws WeirError `upstream_error` for any answer but 2xx or none within 5 s. Its message has no part of the URL. */
  async post(url: string, body: object, signal?: AbortSignal): Promise<void> {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    const status = await this.#send(url, body, signal ? AbortSignal.any([signal, deadline]) : deadline);
    if (status < 200 || status > 299) throw new WeirError('upstream_error', `The webhook answered ${status}.`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#agent.destroy();
  }

  async #send(url: string, body: object, signal: AbortSignal): Promise<number> {
    try {
      const answer = await request(url, {
        dispatcher: this.#agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'weir-monitor' },
        body: JSON.stringify(body),
        signal,
      });
      await answer.body.dump({ limit: 65_536, signal });
      return answer.statusCode;
    } catch {
      // The cause may quote the URL, which can hold a secret.
      throw new WeirError('upstream_error', 'The webhook did not answer.');
    }
  }
}
