import { createHash } from 'node:crypto';
import { viewsOf } from '../../text/views-of.js';
import type { TextView } from '../../text/text-views.js';
import { Classifier, type LabelScore } from '../classifier/classifier.js';
import { loadModel } from '../classifier/load-model.js';
import type { CheckFinding, CheckInput, ConversationText, TextCheck } from '../text-check.js';
import type { Span } from '../verdict-words.js';
import { conversationBefore } from './conversation-before.js';
import { embeddedDocuments } from './embedded-documents.js';

const KINDS: ReadonlySet<string> = new Set(['instruction-override', 'jailbreak', 'prompt-extraction']);

/** What the classifier says of one text or of a part of it; the span points into the original text. */
interface Judgement extends Span {
  readonly score: number;
  readonly entity: string;
}

/**
 * Attempts to take the model over. What users write is judged together with their turns before it; documents and what tools
 * answer are trusted less: there any order to the model counts. The application's own texts are not judged.
 * One finding per judged text: its highest.
 * @throws WeirError `artifact_mismatch` for bytes that are no such classifier.
 */
export function injectionCheck(model: Uint8Array): TextCheck {
  const judge = new InjectionJudge(new Classifier(loadModel(model)));
  return {
    id: 'prompt-injection',
    version: createHash('sha256').update(model).digest('hex'),
    threshold: 0.5,
    stream: 'whole',
    check: (input) => judge.findings(input),
  };
}

class InjectionJudge {
  readonly #classifier: Classifier;

  constructor(classifier: Classifier) {
    this.#classifier = classifier;
  }

  findings(input: CheckInput): CheckFinding[] {
    const before = conversationBefore(input.context);
    return input.texts.filter(isJudged).map((text) => ({
      path: text.path,
      ...this.#highest(text, before),
      category: 'injection',
      owasp: 'LLM01',
    }));
  }

  #highest(text: ConversationText, before: string): Judgement {
    const { folded, decoded } = text.views;
    const foreign = isForeign(text);
    const judgements = [this.#judge(folded, foreign)];
    if (!foreign && before !== '') judgements.push(this.#judgeAfter(before, folded));
    if (!foreign) judgements.push(...embeddedDocuments(folded.text).map((part) => this.#judgePart(folded, part)));
    for (const view of decoded) {
      const inner = viewsOf(view.text).folded;
      judgements.push(within(view, within(inner, this.#judgeText(inner.text, foreign))));
    }
    return judgements.reduce((best, one) => (one.score > best.score ? one : best));
  }

  #judge(view: TextView, foreign: boolean): Judgement {
    return within(view, this.#judgeText(view.text, foreign));
  }

  /** The text as the end of a conversation: windows that reach into it. */
  #judgeAfter(before: string, view: TextView): Judgement {
    const { start, end, score, entity } = judgementOf(
      this.#classifier.scores(before + view.text, before.length),
      false,
    );
    const own = { start: Math.max(0, start - before.length), end: Math.max(0, end - before.length) };
    return within(view, { ...own, score, entity });
  }

  #judgePart(view: TextView, part: Span): Judgement {
    const { start, end, score, entity } = this.#judgeText(view.text.slice(part.start, part.end), true);
    return within(view, { start: part.start + start, end: part.start + end, score, entity });
  }

  #judgeText(text: string, foreign: boolean): Judgement {
    return judgementOf(this.#classifier.scores(text), foreign);
  }
}

function isJudged(text: ConversationText): boolean {
  if (isForeign(text)) return true;
  return text.stage === 'input' && text.role !== 'system' && text.role !== 'developer';
}

/** Written by nobody who may give orders here. */
function isForeign(text: ConversationText): boolean {
  return text.stage === 'document' || text.stage === 'tool_result' || (text.stage === 'input' && text.role === 'tool');
}

function judgementOf(scores: readonly LabelScore[], foreign: boolean): Judgement {
  const decisive = named(scores, foreign ? 'indirect' : 'direct');
  const kind = scores
    .filter((one) => KINDS.has(one.label))
    .reduce((best, one) => (one.score > best.score ? one : best));
  const { start, end } = decisive;
  const fallback = foreign ? 'indirect' : 'prompt-injection';
  return { start, end, score: rounded(decisive.score), entity: kind.score >= 0.5 ? kind.label : fallback };
}

function named(scores: readonly LabelScore[], label: string): LabelScore {
  return scores.find((one) => one.label === label) ?? { label, score: 0, start: 0, end: 0 };
}

function within(view: TextView, { start, end, score, entity }: Judgement): Judgement {
  return { ...view.originalSpan(start, end), score, entity };
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
