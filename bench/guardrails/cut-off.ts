import { StreamFilter, type CompiledPolicy } from '@weir/guardrails/detection';
import { percent } from '@weir/guardrails/training';
import { table } from '../load/statistics.ts';
import { rare } from './leak.ts';

const CUTS_PER_TEXT = 8;
/** Steps by it fall evenly over a text, and on no period of it. */
const GOLDEN = 0.618_033_988_75;
const NOTHING = { restore: [], canaries: [], pseudonyms: undefined, json: false };
const ANYHOW = [''];

/** What policies take out of harmless texts that end anywhere, and whether half a value is shown where one is cut off. */
export function cutOffTable(
  policies: readonly CompiledPolicy[],
  harmless: readonly string[],
  values: readonly string[],
) {
  const rows = policies.map((policy) => {
    const { changed, cuts } = changedEnds(policy, harmless);
    const { shown, of } = halvesShown(policy, values);
    return [policy.name, rare({ count: changed, of: cuts }), percent({ count: shown, of })];
  });
  return table(['policy', 'harmless ends changed', 'ends within a value that show half of it'], rows);
}

function changedEnds(policy: CompiledPolicy, texts: readonly string[]) {
  let changed = 0;
  let cuts = 0;
  for (const text of texts) {
    for (let cut = 0; cut < CUTS_PER_TEXT; cut++) {
      const shown = text.slice(0, 1 + Math.floor(text.length * ((++cuts * GOLDEN) % 1)));
      if (filtered(policy, shown, ANYHOW) !== filtered(policy, shown, [])) changed += 1;
    }
  }
  return { changed, cuts };
}

/** Texts with values, cut off at every place from the middle of each value on. */
function halvesShown(policy: CompiledPolicy, texts: readonly string[]) {
  let shown = 0;
  let of = 0;
  for (const text of texts) {
    const whole = new StreamFilter(policy.stage('output').plan, NOTHING);
    whole.push(text);
    whole.end();
    for (const { match } of whole.findings) {
      const half = Math.ceil(match.value.length / 2);
      for (let length = half; length < match.value.length; length++) {
        of += 1;
        const end = filtered(policy, text.slice(0, match.start + length), ANYHOW);
        if (end.endsWith(match.value.slice(0, length))) shown += 1;
      }
    }
  }
  return { shown, of };
}

function filtered(policy: CompiledPolicy, text: string, continuations: readonly string[]): string {
  const filter = new StreamFilter(policy.stage('output').plan, NOTHING);
  return filter.push(text) + filter.end(continuations);
}
