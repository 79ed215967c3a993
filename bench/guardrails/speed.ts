import { ConversationPart, type TextCheck, viewsOf } from '@weir/guardrails/detection';
import { percentile } from '../load/statistics.ts';

export interface Speed {
  readonly what: string;
  readonly characters: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const WARM_UP = 300;
const ROUNDS = 2_000;

/** Microseconds per call on one core, after warming up. */
export function speedOf(what: string, texts: readonly string[], call: (text: string) => void): Speed {
  for (let round = 0; round < WARM_UP; round++) call(texts[round % texts.length]!);
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const text = texts[round % texts.length]!;
    const started = performance.now();
    call(text);
    samples.push((performance.now() - started) * 1000);
  }
  const characters = Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length);
  return { what, characters, p50Us: percentile(samples, 0.5), p99Us: percentile(samples, 0.99) };
}

export function partOf(text: string, stage: 'input' | 'output' | 'document' = 'input'): ConversationPart {
  return new ConversationPart({ path: 'text', role: 'user', stage, text, tool: '', json: false });
}

/** A check on one text of nobody's. */
export function ask(check: TextCheck, text: string, stage: 'input' | 'output' | 'document' = 'input') {
  const texts = [partOf(text, stage)];
  const { signal } = new AbortController();
  return check.check({ texts, context: texts, facts: new Map(), canaries: [], signal, principal: undefined });
}

/** All views of a text. */
export function readAll(text: string): void {
  const views = viewsOf(text);
  void views.canonical.text;
  void views.folded.text;
  void views.decoded.length;
}

/** Texts of about so many characters, made of the given ones. */
export function ofLength(texts: readonly string[], length: number, count: number): string[] {
  const all = texts.join('\n\n');
  const step = Math.max(1, Math.floor((all.length - length) / count));
  return Array.from({ length: count }, (_, index) => all.slice(index * step, index * step + length));
}
