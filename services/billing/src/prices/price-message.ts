import { formatUsd, parseUsd, type billingV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Price, PriceOrder } from './price.js';

const NAME_LENGTH = 200;
const MOST_USD_PER_MILLION = 10n ** 12n * 10n ** 9n;

/** Reads a new price from the wire; `valid_from_ms` 0 = from now on. @throws WeirError `invalid_request`. */
export function readPrice(message: billingV1.Price | undefined): PriceOrder {
  if (!message) throw wrong('price', 'A price is required.');
  if (message.id) throw wrong('price.id', 'Ids of prices are given by Weir.');
  const { validFromMs, validToMs } = message;
  return {
    model: readText(message.model, 'price.model'),
    inputPerMillion: readUsd(message.inputUsdPerMillion, 'price.input_usd_per_million'),
    // Cached input costs as much as fresh input where no price is given for it.
    cachedInputPerMillion: readUsd(
      message.cachedInputUsdPerMillion || message.inputUsdPerMillion,
      'price.cached_input_usd_per_million',
    ),
    outputPerMillion: readUsd(message.outputUsdPerMillion, 'price.output_usd_per_million'),
    validFromMs: readInstant(validFromMs, 'price.valid_from_ms') || undefined,
    validToMs: readInstant(validToMs, 'price.valid_to_ms') || undefined,
    source: readText(message.source, 'price.source'),
  };
}

export function writePrice(price: Price): billingV1.Price {
  return {
    id: price.id,
    model: price.model,
    inputUsdPerMillion: formatUsd(price.inputPerMillion),
    cachedInputUsdPerMillion: formatUsd(price.cachedInputPerMillion),
    outputUsdPerMillion: formatUsd(price.outputPerMillion),
    validFromMs: price.validFromMs,
    validToMs: price.validToMs ?? 0,
    source: price.source,
  };
}

function readText(text: string, param: string): string {
  if (text.length === 0 || text.length > NAME_LENGTH) throw wrong(param, `Expected 1 to ${NAME_LENGTH} characters.`);
  return text;
}

function readUsd(text: string, param: string): bigint {
  const amount = parseUsd(text);
  if (amount === undefined || amount < 0n || amount > MOST_USD_PER_MILLION) {
    throw wrong(param, 'Expected a decimal of USD per million tokens, not negative, with at most 12 fraction digits.');
  }
  return amount;
}

function readInstant(ms: number, param: string): number {
  if (!Number.isSafeInteger(ms) || ms < 0) throw wrong(param, 'Expected milliseconds since the epoch.');
  return ms;
}

function wrong(param: string, message: string): WeirError {
  return new WeirError('invalid_request', message, { param });
}
