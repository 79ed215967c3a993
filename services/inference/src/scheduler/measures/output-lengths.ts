/** Tenants whose answers are remembered. */
const MOST_TENANTS = 1_024;
const PART = 0.1;

/** How long answers are: the running mean of each tenant, and of all where a tenant is not known. */
export class OutputLengths {
  private readonly byTenant = new Map<string, number>();
  private all: number | undefined;

  /** A request of this tenant ended after so many tokens. */
  ended(tenant: string, tokens: number): void {
    this.all = blend(this.all, tokens);
    const mean = blend(this.byTenant.get(tenant), tokens);
    this.byTenant.delete(tenant);
    this.byTenant.set(tenant, mean);
    const oldest = this.byTenant.keys().next();
    if (this.byTenant.size > MOST_TENANTS && !oldest.done) this.byTenant.delete(oldest.value);
  }

  /** What an answer will be long, at most `maxTokens`; 0 while no answer was seen. */
  expected(tenant: string, maxTokens: number): number {
    return Math.min(maxTokens, this.byTenant.get(tenant) ?? this.all ?? 0);
  }
}

function blend(mean: number | undefined, sample: number): number {
  return mean === undefined ? sample : mean + PART * (sample - mean);
}
