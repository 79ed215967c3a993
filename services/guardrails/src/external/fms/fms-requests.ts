import { WeirError } from '@weir/errors';
import type { CheckInput, ConversationText } from '../../detector/text-check.js';
import { documentsOf, lastUserText, turnsOf, wholeConversation } from '../conversation-around.js';
import type { FmsDefinition } from './fms-definition.js';

const MOST_CALLS = 16;

/** One call of a detector, and the texts that its answer is about. */
export interface FmsRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** contents: one list of findings each. Otherwise one text, that the findings are about as a whole. */
  readonly texts: readonly ConversationText[];
}

type Asked = Pick<FmsDefinition, 'api' | 'detector_params' | 'context_type'>;

/** Whether there is something to ask. */
export function hasQuestion({ api }: Asked, input: CheckInput): boolean {
  return written(input).length > 0 && (api !== 'context' || documentsOf(input).length > 0);
}

/** @throws WeirError `payload_too_large` when the input is of too many texts for an API that takes one at a time */
export function fmsRequests(asked: Asked, input: CheckInput): FmsRequest[] {
  const texts = written(input);
  const params = { detector_params: asked.detector_params };
  switch (asked.api) {
    case 'contents':
      return [{ path: '/api/v1/text/contents', body: { contents: texts.map(({ text }) => text), ...params }, texts }];
    case 'chat':
      return [{ path: '/api/v1/text/chat', body: { messages: messagesOf(input), ...params }, texts: texts.slice(-1) }];
    case 'generation':
      return oneByOne(texts, '/api/v1/text/generation', (text) => ({
        prompt: lastUserText(input),
        generated_text: text,
        ...params,
      }));
    case 'context':
      return oneByOne(texts, '/api/v1/text/context/doc', (text) => ({
        content: text,
        context_type: asked.context_type,
        context: documentsOf(input).map((document) => document.text),
        ...params,
      }));
  }
}

function written({ texts }: CheckInput): ConversationText[] {
  return texts.filter(({ text }) => text.trim() !== '');
}

function messagesOf(input: CheckInput): { role: string; content: string }[] {
  const all = turnsOf(input).length > 0 ? wholeConversation(input) : input.texts;
  return all.filter(({ text }) => text !== '').map(({ role, text }) => ({ role, content: text }));
}

function oneByOne(
  texts: readonly ConversationText[],
  path: string,
  bodyOf: (text: string) => Readonly<Record<string, unknown>>,
): FmsRequest[] {
  if (texts.length > MOST_CALLS) {
    throw new WeirError('payload_too_large', `A detector is asked for at most ${MOST_CALLS} texts, one at a time.`);
  }
  return texts.map((text) => ({ path, body: bodyOf(text.text), texts: [text] }));
}
