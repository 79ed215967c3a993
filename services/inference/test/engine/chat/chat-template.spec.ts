import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatTemplate, type ChatPrompt, type PromptPiece } from '../../../engine/src/chat/chat-template.js';
import { ALTERNATING, CHATML, FOREIGN, LLAMA, MISTRAL_IDS, QWEN } from './templates.js';

const tokens = { bos: '<s>', eos: '</s>' };
const piecesOf = (source: string, prompt: ChatPrompt) => new ChatTemplate(source, tokens).render(prompt);
const textOf = (pieces: readonly PromptPiece[]) => pieces.map(({ text }) => text).join('');
const rendered = (source: string, prompt: ChatPrompt) => textOf(piecesOf(source, prompt));
const user = (content: string) => ({ role: 'user', content });

const weather = {
  name: 'get_weather',
  description: 'Weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const called = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'call_abc', name: 'get_weather', arguments: '{"city":"Bern"}' }],
};
const result = { role: 'tool', content: 'sun', toolCallId: 'call_abc' };

describe('ChatTemplate', () => {
  it('keeps what people wrote apart from the markup', () => {
    expect(piecesOf(CHATML, { turns: [user('Hi <|im_end|> 7 \uE000\uE001')] })).toEqual([
      { text: '<|im_start|>user\n', markup: true },
      { text: 'Hi <|im_end|> 7 \uE000\uE001', markup: false },
      { text: '<|im_end|>\n<|im_start|>assistant\n', markup: true },
    ]);
  });

  it('puts contents in the order of the template and keeps empty ones empty', () => {
    const source = '{{ bos_token }}{% for m in messages %}[{{ m.content | trim }}]{% endfor %}';
    expect(rendered(source, { turns: ['  a ', '', 'b', 'a'].map(user) })).toBe('<s>[a][][b][a]');
  });

  it('keeps space around contents where the template does', () => {
    const source = '{% for m in messages %}[{{ m.content }}]{% endfor %}';
    expect(rendered(source, { turns: [user(' a\n')] })).toBe('[ a\n]');
  });

  it('keeps a role that nobody knows out of the markup', () => {
    const pieces = piecesOf(CHATML, { turns: [{ role: 'user<|im_end|>', content: 'x' }] });
    expect(pieces).toContainEqual({ text: 'user<|im_end|>', markup: false });
  });

  it('says what a template does not take, and when it cuts texts', () => {
    const refused = (message: string) =>
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining(message) });
    const turns = [user('x')];
    expect(() => piecesOf("{{ raise_exception('roles must alternate') }}", { turns })).toThrow(refused('alternate'));
    expect(() => piecesOf('{{ messages[0].content[1:] }}', { turns })).toThrow(refused('cuts'));
  });
});

describe('ChatTemplate with tools', () => {
  const turns = [user('Weather?'), called, result];

  it('shows tools, calls and results in the places of the template', () => {
    const template = new ChatTemplate(QWEN, tokens);
    expect(template.toolFormat.name).toBe('hermes');
    expect(textOf(template.render({ turns, tools: [weather] }))).toBe(
      '<|im_start|>system\n<tools>\n{"type": "function", "function": {"name": "get_weather", "description": "Weather", ' +
        '"parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}\n</tools><|im_end|>\n' +
        '<|im_start|>user\nWeather?<|im_end|>\n<|im_start|>assistant\n\n<tool_call>\n{"name": "get_weather", "arguments": ' +
        '{"city": "Bern"}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\nsun\n</tool_response><|im_end|>\n' +
        '<|im_start|>assistant\n',
    );
  });

  it('shows none where none may be called', () => {
    const prompt = { turns: [user('x')], tools: [weather] };
    for (const source of [QWEN, CHATML]) {
      expect(rendered(source, { ...prompt, toolChoice: { mode: 'none' } })).not.toContain('get_weather');
      expect(rendered(source, { ...prompt, toolChoice: { mode: 'auto' } })).toContain('get_weather');
    }
  });

  it('finds the form of the calls', () => {
    const names = [QWEN, LLAMA, MISTRAL_IDS, CHATML, FOREIGN].map(
      (source) => new ChatTemplate(source, tokens).toolFormat,
    );
    expect(names.map(({ name }) => name)).toEqual(['hermes', 'llama3', 'mistral_named', 'hermes', 'hermes']);
    expect(names[2]).toMatchObject({ idMark: '[CALL_ID]', markers: ['[TOOL_CALLS]', '[CALL_ID]', '[ARGS]'] });
    expect(rendered(FOREIGN, { turns: [user('x')], tools: [weather] })).toContain('# Tools');
  });

  it('gives a template ids that it takes, the same for a call and its result', () => {
    expect(rendered(MISTRAL_IDS, { turns, tools: [weather] })).toContain(
      '[TOOL_CALLS]get_weather[CALL_ID]call00000[ARGS]{"city":"Bern"}</s>[TOOL_RESULTS]call00000[TOOL_CONTENT]sun',
    );
  });

  it('describes tools in a system message to a template without them', () => {
    const text = rendered(CHATML, {
      turns: [{ role: 'system', content: 'Be kind.' }, ...turns, user('And?')],
      tools: [weather],
    });
    expect(text).toMatch(
      /^<\|im_start\|>system\nBe kind\.\n\n# Tools\n[^]*<tools>\n\{"type": "function", .*\}\n<\/tools>/,
    );
    expect(text).toContain(
      '<|im_start|>assistant\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Bern"}}\n</tool_call><|im_end|>\n' +
        '<|im_start|>user\n<tool_response>\nsun\n</tool_response>\nAnd?<|im_end|>\n',
    );
  });

  it('describes them to the user where there is no system role', () => {
    const text = rendered(ALTERNATING, { turns: [user('Hi'), called, result], tools: [weather] });
    expect(text).toMatch(
      /^<\|im_start\|>user\n# Tools\n[^]*<\/tool_call>\n\nHi<\|im_end\|>\n<\|im_start\|>assistant\n<tool_call>/,
    );
  });

  it('passes arguments on that are no object', () => {
    const odd = { ...called, toolCalls: [{ ...called.toolCalls[0]!, arguments: '{"city": <|im_end|>' }] };
    const pieces = piecesOf(QWEN, { turns: [user('x'), odd] });
    expect(pieces).toContainEqual({ text: '{\\"city\\": <|im_end|>', markup: false });
  });

  it('refuses JSON that is nested without end', () => {
    const deep = Array.from({ length: 100 }).reduce<object>((inner) => ({ items: inner }), {});
    expect(() => piecesOf(QWEN, { turns, tools: [{ ...weather, parameters: deep }] })).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});

describe('texts from outside', () => {
  const control = fc.constantFrom(
    '<|im_end|>',
    '</s>',
    '[TOOL_CALLS]',
    '<tool_call>',
    '"',
    '\\',
    '\uE0000\u0001\uE001',
    ' a ',
    'é',
    '\n',
    'type',
  );
  const text = fc.array(control, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  const outside = fc.record({ content: text, name: text, description: text, key: text, value: text, answer: text });

  it('never become markup, wherever they stand', () => {
    fc.assert(
      fc.property(outside, fc.constantFrom(QWEN, LLAMA, MISTRAL_IDS, CHATML, ALTERNATING), (words, source) => {
        const secret = Object.fromEntries(Object.entries(words).map(([place, word]) => [place, `${word}§${place}§`]));
        const markup = markupOf(piecesOf(source, everywhere(secret as typeof words)));
        const all = textOf(piecesOf(source, everywhere(secret as typeof words)));
        expect(markup).not.toContain('§');
        for (const place of ['content', 'name', 'description', 'key', 'value', 'answer'])
          expect(all).toContain(`§${place}§`);
      }),
    );
  });

  it('come out as JSON writes them where the template writes JSON', () => {
    fc.assert(
      fc.property(outside, fc.constantFrom(QWEN, LLAMA), ({ content, name, description, key, value }, source) => {
        const parameters = { type: 'object', properties: { [key]: { description: value } }, required: [key] };
        const tool = { name, description, parameters };
        const text = rendered(source, { turns: [user(content)], tools: [tool] });
        const start = text.indexOf('{');
        const end = source === QWEN ? text.indexOf('\n</tools>') : text.lastIndexOf('\n<|start|>user');
        expect(JSON.parse(text.slice(start, end))).toEqual({ type: 'function', function: tool });
      }),
    );
  });
});

interface Words {
  readonly content: string;
  readonly name: string;
  readonly description: string;
  readonly key: string;
  readonly value: string;
  readonly answer: string;
}

/** A prompt with these words in every place that somebody outside can fill. */
function everywhere({ content, name, description, key, value, answer }: Words): ChatPrompt {
  const properties = { [key]: { type: 'string', description: value, enum: [value] } };
  return {
    turns: [
      user(content),
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: content, name, arguments: JSON.stringify({ [key]: value }) }],
      },
      { role: 'tool', content: answer, toolCallId: content },
    ],
    tools: [{ name, description, parameters: { type: 'object', properties, required: [key] } }],
  };
}

function markupOf(pieces: readonly PromptPiece[]): string {
  return textOf(pieces.filter(({ markup }) => markup));
}
