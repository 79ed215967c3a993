import { describe, expect, it } from 'vitest';
import { grammarOf } from '../../../engine/src/chat/grammar.js';
import * as formats from '../../../engine/src/chat/tool-call-format.js';
import { createToolCallParser } from '../../../engine/src/chat/tool-call-parser.js';
import { gbnfMatches } from './gbnf-matcher.js';

const { FUNCTIONARY, HERMES, LLAMA3, MISTRAL, MISTRAL_NAMED, MISTRAL_WITH_ID } = formats;
type ToolCallFormat = formats.ToolCallFormat;

const auto = { mode: 'auto' } as const;
const weather = {
  name: 'get_weather',
  description: '',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const clock = { name: 'get_time', description: '' };
const tools = [weather, clock];

describe('grammarOf response formats', () => {
  it('asks for nothing when nothing is wanted', () => {
    expect(grammarOf({ kind: 'text' }, [], auto, HERMES)).toBeUndefined();
    expect(grammarOf({ kind: 'text' }, tools, auto, HERMES)).toBeUndefined();
    expect(grammarOf({ kind: 'text' }, tools, { mode: 'none' }, HERMES)).toBeUndefined();
  });

  it('takes any JSON object, spaced or not, and nothing else', () => {
    const grammar = grammarOf({ kind: 'json_object' }, [], auto, HERMES)!;
    const value = { a: [1, -2.5e3, true, null, { 'b "c"': [] }], 'ü\n': {} };
    expect(gbnfMatches(grammar, JSON.stringify(value))).toBe(true);
    expect(gbnfMatches(grammar, JSON.stringify(value, undefined, 2))).toBe(true);
    for (const text of ['[]', '"a"', '{"a":}', '{a:1}', '{"a":1,}', '{"a":01}', '{} ', '{"a":   1}', '{"a":"\n"}']) {
      expect(gbnfMatches(grammar, text), text).toBe(false);
    }
  });

  it('ends objects that are nested without end', () => {
    const grammar = grammarOf({ kind: 'json_object' }, [], auto, HERMES)!;
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect([nested(12), nested(13)].map((text) => gbnfMatches(grammar, text))).toEqual([true, false]);
  });
});

describe('grammarOf tools', () => {
  const required = { mode: 'required' } as const;
  const named = { mode: 'named', name: 'get_weather' } as const;
  const text = { kind: 'text' } as const;

  it('writes calls as the form of the model does', () => {
    const calls: readonly (readonly [ToolCallFormat, string])[] = [
      [HERMES, '<tool_call>\n{"name": "get_weather", "arguments": {"city":"x"}}\n</tool_call>'],
      [LLAMA3, '{"name": "get_weather", "parameters": {"city":"x"}}'],
      [MISTRAL, '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city":"x"}}]'],
      [MISTRAL_NAMED, '[TOOL_CALLS]get_weather[ARGS]{"city":"x"}'],
      [MISTRAL_WITH_ID, '[TOOL_CALLS]get_weather[CALL_ID]abcdefghi[ARGS]{"city":"x"}'],
      [FUNCTIONARY, '<function=get_weather>{"city":"x"}</function>'],
    ];
    for (const [form, call] of calls) {
      for (const choice of [required, named]) {
        const grammar = grammarOf(text, tools, choice, form)!;
        expect(gbnfMatches(grammar, call), form.name).toBe(true);
        expect(gbnfMatches(grammar, call.replace('city', 'town')), form.name).toBe(false);
        expect(gbnfMatches(grammar, `I think ${call}`), form.name).toBe(false);
        const parser = createToolCallParser(form, ['get_weather'], { newId: () => 'id', single: false });
        const report = { index: 0, id: 'id', name: 'get_weather', arguments: '{"city":"x"}' };
        expect(parser.push(call)).toEqual({ text: '', toolCalls: [report] });
      }
    }
  });

  it('allows several calls of any tool when one is required, and one of the named', () => {
    const call = (name: string, args: string) => `<tool_call>\n{"name": "${name}", "arguments": ${args}}\n</tool_call>`;
    const two = `${call('get_time', '{"zone": 1}')}\n${call('get_weather', '{"city":"x"}')}`;
    expect(gbnfMatches(grammarOf(text, tools, required, HERMES)!, two)).toBe(true);
    expect(
      gbnfMatches(grammarOf(text, tools, required, HERMES)!, Array(9).fill(call('get_time', '{}')).join('\n')),
    ).toBe(false);
    expect(gbnfMatches(grammarOf(text, tools, named, HERMES)!, two)).toBe(false);
    expect(gbnfMatches(grammarOf(text, tools, named, HERMES)!, call('get_time', '{}'))).toBe(false);
  });

  it('leaves an answer and calls open where both may be', () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const grammar = grammarOf({ kind: 'json_schema', schema }, tools, auto, HERMES)!;
    expect(gbnfMatches(grammar, '{"n":1}')).toBe(true);
    expect(gbnfMatches(grammar, '<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>')).toBe(true);
    expect(gbnfMatches(grammar, 'words')).toBe(false);
    const without = grammarOf({ kind: 'json_schema', schema }, tools, { mode: 'none' }, HERMES)!;
    expect(gbnfMatches(without, '<tool_call>\n{"name": "get_time", "arguments": {}}\n</tool_call>')).toBe(false);
  });

  it('names the tool whose parameters it cannot follow', () => {
    const odd = { name: 'odd', description: '', parameters: { type: 'object', properties: { a: { not: {} } } } };
    const param = 'tools.1.function.parameters';
    const refused = expect.objectContaining({
      code: 'unsupported_parameter',
      param,
      message: expect.stringContaining('"not"'),
    });
    expect(() => grammarOf(text, [clock, odd], required, HERMES)).toThrow(refused);
    expect(() => grammarOf(text, [clock, odd], { mode: 'named', name: 'odd' }, HERMES)).toThrow(refused);
    expect(grammarOf(text, [clock, odd], { mode: 'named', name: 'get_time' }, HERMES)).toBeDefined();
    const list = { ...odd, parameters: { type: 'array' } };
    expect(() => grammarOf(text, [list], required, HERMES)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter' }),
    );
  });

  it('refuses a choice of a tool that is not there', () => {
    const refused = expect.objectContaining({ code: 'invalid_request', param: 'tool_choice' });
    expect(() => grammarOf(text, [clock], named, HERMES)).toThrow(refused);
    expect(() => grammarOf(text, [], required, HERMES)).toThrow(refused);
  });
});
