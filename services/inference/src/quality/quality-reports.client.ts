import { Inject, Injectable } from '@nestjs/common';
import { SOURCE } from '@weir/bootstrap';
import type { Source } from '@weir/config';
import { registryV1, type engineV1 } from '@weir/contracts';
import { asWeirError } from '@weir/errors';
import { RpcClients, type CallOptions, type Client } from '@weir/grpc';
import { backoffMs, sleep } from '@weir/resilience';

const MOST_ATTEMPTS = 6;
const PAUSE = { baseMs: 250, capMs: 4_000 };

/** Stores reports in the registry, as this service: with a caller's principal the registry would refuse them. */
@Injectable()
export class QualityReportsClient {
  private readonly registry: Client<typeof registryV1.RegistryServiceDefinition>;

  constructor(
    clients: RpcClients,
    @Inject(SOURCE) private readonly source: Source,
  ) {
    this.registry = clients.client('registry', registryV1.RegistryServiceDefinition);
  }

  /** Tries again for a while: the report took minutes to make, and storing it twice does nothing. */
  async record(
    version: { readonly modelName: string; readonly version: number },
    report: engineV1.QualityReport,
    options: Pick<CallOptions, 'signal' | 'trace' | 'requestId'>,
  ): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.registry.recordQualityReport({ ...version, report }, { ...options, timeoutMs: 5_000 });
        return;
      } catch (error) {
        if (!asWeirError(error).retriable || attempt === MOST_ATTEMPTS) throw error;
        await sleep(backoffMs(attempt, { ...PAUSE, random: () => this.source.random() }), options.signal);
      }
    }
  }
}
