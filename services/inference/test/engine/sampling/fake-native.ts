import type { NativeContext, NativeSampler, SamplerConfig } from '../../../engine/src/model/native.js';

/** Samplers over given logits that work as llama.cpp's do, in float32. */
export class FakeSampler implements NativeSampler {
  config: SamplerConfig = { temperature: 0, seed: 0 };
  configured = 0;
  disposed = false;

  applyConfig(config: SamplerConfig): void {
    this.config = config;
    this.configured++;
  }

  dispose(): void {
    this.disposed = true;
  }
}

export class FakeNative {
  readonly samplers: FakeSampler[] = [];
  busy = 0;
  mostBusy = 0;

  constructor(private readonly logits: readonly number[]) {}

  readonly sampler = (): FakeSampler => this.samplers[this.samplers.push(new FakeSampler()) - 1]!;

  readonly context = { sampleToken: this.sampleToken.bind(this) } as unknown as NativeContext;

  private async sampleToken(_output: number, sampler: FakeSampler, probabilities?: boolean, confidence?: boolean) {
    this.mostBusy = Math.max(this.mostBusy, ++this.busy);
    await new Promise((resolve) => setImmediate(resolve));
    this.busy--;
    const kept = this.candidates(sampler.config);
    const token = kept[0]?.token ?? -1;
    if (probabilities === undefined) return token;
    const max = kept[0]!.logit;
    const weights = kept.map(({ logit }) => Math.fround(Math.exp(Math.fround(logit - max))));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const shares = kept.flatMap((candidate, index) => [candidate.token, Math.fround(weights[index]! / sum)]);
    return [token, probabilities ? shares : undefined, confidence ? Math.fround(weights[0]! / sum) : undefined];
  }

  private candidates({ topK, tokenBiasKeys = new Uint32Array(), tokenBiasValues = new Float32Array() }: SamplerConfig) {
    const biases = new Map([...tokenBiasKeys].map((token, index) => [token, tokenBiasValues[index]!]));
    const all = this.logits.map((logit, token) => ({ token, logit: Math.fround(logit + (biases.get(token) ?? 0)) }));
    const sorted = all.filter(({ logit }) => logit > -Infinity).sort((a, b) => b.logit - a.logit);
    return topK ? sorted.slice(0, topK) : sorted;
  }
}
