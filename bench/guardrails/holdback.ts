import { StreamFilter, type CompiledPolicy } from '@weir/guardrails/detection';
import { percentile } from '../load/statistics.ts';

export interface Holdback {
  readonly text: string;
  readonly policy: string;
  /** Characters held after each token, over all tokens. */
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
  readonly nsPerCharacter: number;
  /** CPU of ten times the text over CPU of the text. */
  readonly tenfold: number;
}

const NOTHING = { restore: [], canaries: [], pseudonyms: undefined, json: false };

/** What a policy holds back of texts that arrive in tokens of 1 to 6 characters, and what that costs. */
export function holdbackOf(name: string, texts: readonly string[], policy: CompiledPolicy): Holdback {
  const { plan } = policy.stage('output');
  const held: number[] = [];
  const filterAll = (list: readonly string[], note: boolean): number => {
    const started = process.cpuUsage();
    for (const text of list) {
      const filter = new StreamFilter(plan, NOTHING);
      for (let at = 0, size = 1; at < text.length; at += size, size = (at % 6) + 1) {
        filter.push(text.slice(at, at + size));
        if (note) held.push(filter.heldBack);
      }
      filter.end();
    }
    const { user, system } = process.cpuUsage(started);
    return user + system;
  };
  filterAll(texts, true);
  const all = texts.join(' ');
  const once = Math.min(...[1, 2, 3].map(() => filterAll([all], false)));
  const tenTimes = filterAll([Array.from({ length: 10 }, () => all).join(' ')], false);
  return {
    text: name,
    policy: policy.name,
    p50: percentile(held, 0.5),
    p99: percentile(held, 0.99),
    most: held.reduce((most, count) => Math.max(most, count), 0),
    nsPerCharacter: (once * 1000) / all.length,
    tenfold: tenTimes / once,
  };
}
