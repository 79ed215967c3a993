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

describe('JSON that is nested deep', () => {
  const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
  const listed = JSON.parse(`${'['.repeat(10_000)}${']'.repeat(10_000)}`);
  const tool = (parameters: unknown) => ({ tools: [{ type: 'function', function: { name: 'f', parameters } }] });
  const format = (schema: unknown) => ({
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });

  it.each([65, 10_000])('is refused by name where it is taken as it is: %i levels', (levels) => {
    const deep = nested(levels);
    expect(() => readChatBody(chat('hi', tool(deep)))).toThrow(
      refused('invalid_request', 'tools[0].function.parameters'),
    );
    expect(() => readChatBody(chat('hi', format(deep)))).toThrow(
      refused('invalid_request', 'response_format.json_schema.schema'),
    );
  });

  it('is taken up to its bound, in lists as in objects', () => {
    const schema = nested(64);
    const { form } = readChatBody(chat('hi', { ...tool(schema), ...format(schema) })).request;
    expect(form.tools[0]?.parameters).toBe(JSON.stringify(schema));
    expect(form.responseFormat).toEqual({ kind: 'json_schema', schema: JSON.stringify(schema) });
    expect(() => readChatBody(chat('hi', tool({ a: listed })))).toThrow(
      refused('invalid_request', 'tools[0].function.parameters'),
    );
  });

  it.each(['messages', 'tools', 'tool_choice', 'response_format', 'stop', 'logit_bias', 'metadata', 'functions'])(
    'is a typed refusal in every field: %s',
    (field) => {
      for (const value of [nested(10_000), listed, [nested(10_000)]]) {
        const param = expect.stringMatching(new RegExp(`^${field}`));
        const typed = expect.objectContaining({ code: expect.any(String), param });
        expect(() => readChatBody({ ...chat('hi'), [field]: value })).toThrow(typed);
      }
    },
  );

  it('is a typed refusal in contents and prompts', () => {
    for (const value of [nested(10_000), listed]) {
      expect(() => readChatBody(chat(value))).toThrow(expect.objectContaining({ code: 'invalid_request' }));
      expect(() => readChatBody(chat([{ type: 'text', text: value }]))).toThrow(
        refused('invalid_request', 'messages[0].content[0].text'),
      );
      expect(() => readCompletionBody({ model: 'm', prompt: value })).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
      expect(() => readEmbeddingBody({ model: 'm', input: value })).toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
    }
  });
});
