import type { TextViews } from '../../text/text-views.js';
import type { CheckFinding, CheckInput, ConversationText, TextCheck } from '../text-check.js';
import type { Span } from '../verdict-words.js';
import { CanarySearch } from './find-canary.js';
import { comparable, fingerprintOf, overlapOf, type Fingerprint } from './fingerprint.js';
import { pairOverlap } from './word-pairs.js';

const OWASP_SYSTEM_PROMPT_LEAKAGE = 'LLM07';
/**
 * Characters of an output that are seen together. A run of 72 letters of the prompt (about 15 words) scores 0.5 and
 * fits in, spaced or encoded, so no more than one window of a prompt gets out before the check has its say.
 */
const STREAM_WINDOW = 240;
const MAX_PROMPTS = 16;

/** Finds the system prompt, or the mark in it, in what a model answers: also split, re-cased, reversed or encoded. */
export function leakCheck(): TextCheck {
  const fingerprints = new WeakMap<TextViews, Fingerprint>();
  const remembered = (views: TextViews) => {
    const known = fingerprints.get(views) ?? fingerprintOf(views);
    fingerprints.set(views, known);
    return known;
  };
  return {
    id: 'leak',
    version: '2',
    threshold: 0.5,
    stream: STREAM_WINDOW,
    check: (input) => findLeaks(input, remembered),
  };
}

function findLeaks(input: CheckInput, remembered: (views: TextViews) => Fingerprint): CheckFinding[] {
  const prompts = [...input.context, ...input.texts].filter(isInstruction).slice(0, MAX_PROMPTS);
  const known = prompts.map(({ views }) => remembered(views));
  const canaries = new CanarySearch(input.canaries);
  const findings: CheckFinding[] = [];
  for (const text of input.texts) {
    if (isInstruction(text)) continue;
    const canary = canaries.in(text.views);
    if (canary) findings.push(finding(text, canary, 'canary'));
    const prompt = known.length ? strongest(known, text.views) : undefined;
    if (prompt) findings.push(finding(text, prompt, 'system_prompt'));
  }
  return findings;
}

function isInstruction({ role }: ConversationText): boolean {
  return role === 'system' || role === 'developer';
}

function strongest(prompts: readonly Fingerprint[], views: TextViews): (Span & { score: number }) | undefined {
  let best: (Span & { score: number }) | undefined;
  const outputs = [views.folded, ...views.decoded];
  for (const output of outputs) {
    const letters = comparable(output);
    for (const prompt of prompts) {
      for (const overlap of [overlapOf(prompt, letters), pairOverlap(prompt.pairs, output)])
        if (overlap && overlap.score > (best?.score ?? 0)) best = overlap;
    }
  }
  return best;
}

function finding(text: ConversationText, found: Span & { score: number }, entity: string): CheckFinding {
  const { start, end, score } = found;
  return { path: text.path, start, end, score, category: 'leak', entity, owasp: OWASP_SYSTEM_PROMPT_LEAKAGE };
}
