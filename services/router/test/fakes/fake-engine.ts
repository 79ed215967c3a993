import { Module } from '@nestjs/common';
import { GrpcHandlers, type ServiceDescriptor } from '@weir/bootstrap';
import { engineV1 } from '@weir/contracts';
import { WeirError, type ErrorCode } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { sleep } from '@weir/resilience';

const router = { services: ['router' as const] };

export interface Script {
  /** One message each; default: three words. */
  texts?: string[];
  gapMs?: number;
  /** Nothing is generated before this resolves. */
  gate?: Promise<void>;
  /** Nothing follows the texts before this resolves. */
  beforeEnd?: Promise<void>;
  /** Fails after the texts instead of ending. */
  failWith?: ErrorCode;
  /** Waits after the texts until the call is cancelled. */
  hang?: boolean;
  finishReason?: string;
}

/** An engine that plays a script per deployment and remembers what it was asked and who left. */
@GrpcHandlers(engineV1.EngineServiceDefinition, {
  generate: router,
  countTokens: router,
  loadDeployment: router,
  unloadDeployment: router,
  listDeployments: router,
})
export class FakeEngine {
  readonly scripts = new Map<string, Script>();
  readonly requests: engineV1.GenerateRequest[] = [];
  readonly cancelled: string[] = [];
  running = 0;
  produced = 0;

  async *generate(request: engineV1.GenerateRequest, call: CallContext) {
    this.requests.push(request);
    this.running += 1;
    let output = 0;
    try {
      const script = this.scripts.get(request.deploymentId) ?? {};
      await script.gate;
      for (const text of script.texts ?? ['one ', 'two ', 'three']) {
        if (script.gapMs) await sleep(script.gapMs, call.signal);
        output += 1;
        this.produced += text.length;
        yield { text };
      }
      await script.beforeEnd;
      if (script.hang) await sleep(60_000, call.signal);
      if (script.failWith) {
        const details: Record<string, number> = output > 0 ? { input_tokens: 7, output_tokens: output } : {};
        throw new WeirError(script.failWith, 'scripted', { retryAfterMs: 1_500, details });
      }
      yield {
        text: '',
        finishReason: script.finishReason ?? 'stop',
        usage: { inputTokens: 7, outputTokens: output, cachedInputTokens: 2 },
      };
    } finally {
      if (call.signal.aborted) this.cancelled.push(request.requestId);
      this.running -= 1;
    }
  }

  async countTokens() {
    return { tokens: 7 };
  }

  async loadDeployment(): Promise<engineV1.LoadDeploymentResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async unloadDeployment(): Promise<engineV1.UnloadDeploymentResponse> {
    throw new WeirError('unimplemented', 'not in tests');
  }

  async listDeployments() {
    return { deployments: [] };
  }
}

@Module({ providers: [FakeEngine] })
class FakeEngineModule {}

export const fakeEngine: ServiceDescriptor = { name: 'inference', module: FakeEngineModule, settings: {}, metrics: {} };
