import { Injectable } from '@nestjs/common';
import { asWeirError } from '@weir/errors';
import { Metrics, type Bound } from '@weir/telemetry';
import { doorsMetrics } from './doors.metrics.js';
import { asUnprocessable } from './wire/unprocessable.errors.js';

export type Door = 'fms' | 'orchestrator' | 'chunker' | 'openai' | 'azure' | 'litellm' | 'presidio';

/** Counts the requests of every door. */
@Injectable()
export class DoorTraffic {
  readonly #metrics: Bound<typeof doorsMetrics>;

  constructor(metrics: Metrics) {
    this.#metrics = metrics.bind(doorsMetrics);
  }

  /** Counts a request by its result, which is that of the work. */
  async count<T>(door: Door, work: () => T | Promise<T>): Promise<T> {
    try {
      const result = await work();
      this.#metrics.requests.inc({ door, code: 'ok' });
      return result;
    } catch (error) {
      this.#metrics.requests.inc({ door, code: asWeirError(error).code });
      throw error;
    }
  }

  /** The same for clients that expect status 422 for requests that cannot be read. */
  countStrict<T>(door: Door, work: () => T | Promise<T>): Promise<T> {
    return this.count(door, async () => {
      try {
        return await work();
      } catch (error) {
        throw asUnprocessable(error);
      }
    });
  }
}
