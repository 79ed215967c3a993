const MOST_RETRY_MS = 3_600_000;
/** Numbers above are points in time: seconds, and above the second one milliseconds since the epoch. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e12;
/** `x-ratelimit-reset`, `x-ratelimit-reset-tokens`, `anthropic-ratelimit-tokens-reset`; `remaining` in its place says how many. */
const RESET = /^(x|anthropic)-ratelimit-(.+-)?reset(-.+)?$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * When a refused request may come again, in milliseconds from now: `retry-after-ms`, `Retry-After`, or the reset of the
 * limit that is used up, as OpenAI, Azure, Anthropic, Groq and OpenRouter tell it. At most an hour.
 */
export function retryAfterOf(headers: AnswerHeaders, now: number): number | undefined {
  const milliseconds = Number(single(headers['retry-after-ms']) ?? Number.NaN);
  if (Number.isFinite(milliseconds)) return bounded(milliseconds);
  return retryAfterMs(single(headers['retry-after']), now) ?? resetOf(headers, now);
}

/** `Retry-After` in seconds or as a date. */
export function retryAfterMs(text: string | undefined, now: number): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - now;
  return bounded(wait);
}

/** The last reset of the limits of which nothing remains; of all, when none says so. */
function resetOf(headers: AnswerHeaders, now: number): number | undefined {
  const resets = Object.entries(headers).flatMap(([name, value]) => {
    const wait = RESET.test(name) ? resetMs(single(value) ?? '', now) : undefined;
    if (wait === undefined) return [];
    return [{ wait, usedUp: single(headers[name.replace('reset', 'remaining')]) === '0' }];
  });
  const usedUp = resets.filter((reset) => reset.usedUp);
  const waits = (usedUp.length > 0 ? usedUp : resets).map(({ wait }) => wait);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** `6m0s`, `20ms`, `1.5`, a point in time as a number, or a date. */
function resetMs(text: string, now: number): number | undefined {
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number)) {
    if (number > EPOCH_MS) return bounded(number - now);
    return bounded(number > EPOCH_SECONDS ? number * 1_000 - now : number * 1_000);
  }
  const units = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (units.length > 0 && units.map(([all]) => all).join('') === text.trim()) {
    return bounded(units.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0));
  }
  return bounded(Date.parse(text) - now);
}

function bounded(wait: number): number | undefined {
  return Number.isNaN(wait) ? undefined : Math.min(MOST_RETRY_MS, Math.max(0, Math.round(wait)));
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
