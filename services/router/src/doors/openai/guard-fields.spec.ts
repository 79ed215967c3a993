import { describe, expect, it } from 'vitest';
import { readChatBody } from './chat-body.js';
import { readCompletionBody } from './completion-body.js';
import { readEmbeddingBody } from './embedding-body.js';

const chat = (content: unknown, extra: object = {}) => ({
  model: 'm',
  messages: [{ role: 'user', content }],
  ...extra,
});
const turnsOf = (body: unknown) => {
  const [prompt] = readChatBody(body).request.prompts;
  return prompt?.kind === 'chat' ? prompt.turns : [];
};
const refused = (code: string, param: string) => expect.objectContaining({ code, param });

describe('retrieved documents in a message', () => {
  const document = { type: 'document', title: 'FAQ', text: 'one' };

  it('are kept apart from what the user says, in their order', () => {
    const content = [
      { type: 'text', text: 'why' },
      document,
      { type: 'text', text: '?' },
      { ...document, title: null },
    ];
    expect(turnsOf(chat(content))).toMatchObject([
      {
        content: 'why?',
        documents: [
          { title: 'FAQ', text: 'one' },
          { title: '', text: 'one' },
        ],
      },
    ]);
  });

  it.each([
    ['messages[0].content[1].text', [{ type: 'text', text: 'a' }, { type: 'document' }]],
    ['messages[0].content[0].title', [{ ...document, title: 'x'.repeat(1_025) }]],
  ])('are refused by the name of the field: %s', (param, content) => {
    expect(() => readChatBody(chat(content))).toThrowError(refused('invalid_request', param));
  });

  it('come with a user only: an assistant or a tool retrieves nothing', () => {
    const messages = [{ role: 'system', content: [document] }];
    expect(() => readChatBody({ model: 'm', messages })).toThrowError(
      refused('invalid_request', 'messages[0].content'),
    );
  });

  it('are the only other kind of part', () => {
    expect(() => readChatBody(chat([{ type: 'file', file: {} }]))).toThrowError(
      refused('unsupported_parameter', 'messages[0].content[0].type'),
    );
  });
});

describe('metadata', () => {
  const metadata = { tier: 'gold', order_total: '12.50' };

  it('are facts of the request, in chats and completions', () => {
    expect(readChatBody(chat('hi', { metadata })).request.metadata).toEqual(metadata);
    expect(readCompletionBody({ model: 'm', prompt: 'hi', metadata }).request.metadata).toEqual(metadata);
    expect(readEmbeddingBody({ model: 'm', input: 'hi', metadata }).request.metadata).toEqual({});
  });

  it.each([
    ['metadata', Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, 'v']))],
    ['metadata.a', { a: 1 }],
    ['metadata.a', { a: 'x'.repeat(513) }],
    ['metadata', ['a']],
  ])('are bounded: %s', (param, given) => {
    expect(() => readChatBody(chat('hi', { metadata: given }))).toThrowError(refused('invalid_request', param));
  });

  it('has names of at most 64 characters', () => {
    const given = { ['x'.repeat(65)]: 'v' };
    expect(() => readChatBody(chat('hi', { metadata: given }))).toThrowError(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});
