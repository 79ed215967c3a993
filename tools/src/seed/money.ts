import type { billingV1 } from '@weir/contracts';
import type { ControlPlane } from './control-plane.js';

export type WantedPrice = Pick<
  billingV1.Price,
  'model' | 'inputUsdPerMillion' | 'cachedInputUsdPerMillion' | 'outputUsdPerMillion' | 'source'
> & { readonly validFromMs: number };

/** Sets the price of a model that has none; a price that somebody set stays. */
export async function ensurePrice({ prices }: Pick<ControlPlane, 'prices'>, price: WantedPrice): Promise<void> {
  const known = await prices.listPrices({ model: price.model });
  if (known.prices.length === 0) await prices.putPrice({ price });
}

export type WantedLimit = Pick<billingV1.Limit, 'dimension' | 'window' | 'amount'>;

/** Sets each limit for a dimension of the key that has none yet. */
export async function ensureKeyLimits(
  { limits }: Pick<ControlPlane, 'limits'>,
  apiKeyId: string,
  wanted: readonly WantedLimit[],
): Promise<void> {
  const scope = { scope: 'api_key', scopeId: apiKeyId };
  const known = await limits.listLimits(scope);
  for (const limit of wanted) {
    const isSet = known.limits.some((one) => one.dimension === limit.dimension && one.window === limit.window);
    if (!isSet) await limits.putLimit({ limit: { ...scope, ...limit } });
  }
}
