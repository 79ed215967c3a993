import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as formats from '../../../engine/src/chat/tool-call-format.js';
import { createToolCallParser, finishReasonOf, newToolCallId } from '../../../engine/src/chat/tool-call-parser.js';
import type { ToolCallReport } from '../../../engine/src/protocol.js';

const { FUNCTIONARY, HERMES, LLAMA3, MISTRAL, MISTRAL_NAMED, MISTRAL_WITH_ID } = formats;
type Format = formats.ToolCallFormat;

interface Answer {
  readonly text: string;
  readonly calls: readonly (readonly [string, string])[];
  /** Calls that were read to their end. */
  readonly complete: number;
}

function parsed(format: Format, pieces: readonly string[], single = false): Answer {
  let ids = 0;
  const parser = createToolCallParser(format, ['get', 'put'], { newId: () => `call_${ids++}`, single });
  const parts = [...pieces.map((piece) => parser.push(piece)), parser.flush()];
  const calls = joined(parts.flatMap(({ toolCalls }) => toolCalls));
  return { text: parts.map(({ text }) => text).join(''), calls, complete: parser.calls };
}

// The deltas of each call put together; ids and names only come first.
function joined(reports: readonly ToolCallReport[]): [string, string][] {
  const calls: [string, string][] = [];
  for (const report of reports) {
    const call = calls[report.index];
    if (call) {
      expect([report.id, report.name]).toEqual(['', '']);
      call[1] += report.arguments;
      continue;
    }
    expect(report).toMatchObject({ index: calls.length, id: `call_${calls.length}` });
    calls.push([report.name, report.arguments]);
  }
  return calls;
}

const whole: readonly (readonly [string, Format, string, Answer])[] = [
  [
    'two calls between words',
    HERMES,
    'Let me see.\n<tool_call>\n{"name": "get", "arguments": {"a": [1, "}"]}}\n</tool_call>\n<tool_call>{"arguments":{},"name":"put"}</tool_call>\n',
    {
      text: 'Let me see.',
      calls: [
        ['get', '{"a": [1, "}"]}'],
        ['put', '{}'],
      ],
      complete: 2,
    },
  ],
  [
    'a call without its closer',
    HERMES,
    '<tool_call>{"name":"get","arguments":{}}',
    { text: '', calls: [['get', '{}']], complete: 1 },
  ],
  [
    'no arguments at all',
    HERMES,
    '<tool_call>{"name":"get"}</tool_call>',
    { text: '', calls: [['get', '{}']], complete: 1 },
  ],
  [
    'arguments inside of a string',
    HERMES,
    '<tool_call>{"name":"get","arguments":"{\\"a\\":1}"}</tool_call>',
    { text: '', calls: [['get', '{"a":1}']], complete: 1 },
  ],
  [
    'words after a call',
    HERMES,
    '<tool_call>{"name":"get"}</tool_call>\nDone',
    { text: '\nDone', calls: [['get', '{}']], complete: 1 },
  ],
  [
    'an unknown tool as text, and the call behind it',
    HERMES,
    '<tool_call>{"name":"rm","arguments":{}}</tool_call><tool_call>{"name":"put"}</tool_call>',
    { text: '<tool_call>{"name":"rm","arguments":{}}</tool_call>', calls: [['put', '{}']], complete: 1 },
  ],
  [
    'a broken call as text',
    HERMES,
    ' <tool_call> {name: get} </tool_call>',
    { text: ' <tool_call> {name: get} </tool_call>', calls: [], complete: 0 },
  ],
  [
    'an unfinished call as text',
    HERMES,
    'a <tool_call>{"name":"ge',
    { text: 'a <tool_call>{"name":"ge', calls: [], complete: 0 },
  ],
  [
    'arguments that are none as text',
    HERMES,
    '<tool_call>{"name":"get","arguments":[1]}',
    { text: '<tool_call>{"name":"get","arguments":[1]}', calls: [], complete: 0 },
  ],
  [
    'cut arguments as far as they came',
    HERMES,
    '<tool_call>{"name":"get","arguments":{"a":"x',
    { text: '', calls: [['get', '{"a":"x']], complete: 0 },
  ],
  [
    'arguments that break late, the rest as text',
    HERMES,
    '<tool_call>{"name":"get","arguments":{"a":1 oops}}',
    { text: 'oops}}', calls: [['get', '{"a":1 ']], complete: 0 },
  ],
  [
    'words that look like an opener',
    HERMES,
    'a < b <tool> <tool_cal',
    { text: 'a < b <tool> <tool_cal', calls: [], complete: 0 },
  ],
  [
    'an object at the start',
    LLAMA3,
    ' {"name":"get","parameters":{"a":1}}',
    { text: '', calls: [['get', '{"a":1}']], complete: 1 },
  ],
  [
    'objects after the tag, apart by semicolons',
    LLAMA3,
    '<|python_tag|>{"name":"get","parameters":{}}; {"name":"put","parameters":{}}',
    {
      text: '',
      calls: [
        ['get', '{}'],
        ['put', '{}'],
      ],
      complete: 2,
    },
  ],
  [
    'an object in the middle as text',
    LLAMA3,
    'So: {"name":"get","parameters":{}}',
    { text: 'So: {"name":"get","parameters":{}}', calls: [], complete: 0 },
  ],
  ["an object of the user's as text", LLAMA3, '{"x":1}', { text: '{"x":1}', calls: [], complete: 0 }],
  [
    'a list',
    MISTRAL,
    '[TOOL_CALLS] [{"name":"get","arguments":{"a":{}},"id":"123456789"}, {"name":"put","arguments":{}}]',
    {
      text: '',
      calls: [
        ['get', '{"a":{}}'],
        ['put', '{}'],
      ],
      complete: 2,
    },
  ],
  [
    'no list as text',
    MISTRAL,
    '[TOOL_CALLS]{"name":"get"}',
    { text: '[TOOL_CALLS]{"name":"get"}', calls: [], complete: 0 },
  ],
  [
    'names and arguments',
    MISTRAL_NAMED,
    '[TOOL_CALLS]get[ARGS]{"a":1}[TOOL_CALLS]put[ARGS]{}',
    {
      text: '',
      calls: [
        ['get', '{"a":1}'],
        ['put', '{}'],
      ],
      complete: 2,
    },
  ],
  [
    'names with ids',
    MISTRAL_WITH_ID,
    'x[TOOL_CALLS]get[CALL_ID]a1b2c3d4e[ARGS]{"a":1}',
    { text: 'x', calls: [['get', '{"a":1}']], complete: 1 },
  ],
  [
    'functions',
    FUNCTIONARY,
    '<function=get>{"a":1}</function>',
    { text: '', calls: [['get', '{"a":1}']], complete: 1 },
  ],
  [
    'unknown functions as text',
    FUNCTIONARY,
    '<function=rm>{"a":1}</function>',
    { text: '<function=rm>{"a":1}</function>', calls: [], complete: 0 },
  ],
];

describe('createToolCallParser', () => {
  it.each(whole)('reads %s', (_name, format, text, answer) => {
    expect(parsed(format, [text])).toEqual(answer);
    expect(parsed(format, [...text])).toEqual(answer);
  });

  const formatOf = fc.constantFrom(HERMES, LLAMA3, MISTRAL, MISTRAL_NAMED, MISTRAL_WITH_ID, FUNCTIONARY);
  const fragment = fc.constantFrom(
    ...'<tool_call>|</tool_call>|{"name": "get", "arguments": {"a": "b"}}|{"name":"rm","arguments":{}}|{"name": "put",| "parameters": {|}|}}'.split(
      '|',
    ),
    ...'"x": [1, -2.5e3, true]~[TOOL_CALLS]~[ARGS]~[CALL_ID]~[~]~,~;~\n~ ~<function=~get~>~</function>~<|python_tag|>~ü😀~words~"~\\~{'.split(
      '~',
    ),
  );
  const text = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''));

  it('reads the same however an answer is cut', () => {
    fc.assert(
      fc.property(
        formatOf,
        text,
        fc.array(fc.nat(80), { maxLength: 6 }),
        fc.boolean(),
        (format, answer, cuts, single) => {
          const places = [0, ...cuts.map((cut) => Math.min(cut, answer.length)).sort((a, b) => a - b), answer.length];
          const pieces = places.slice(1).map((end, index) => answer.slice(places[index], end));
          expect(parsed(format, pieces, single)).toEqual(parsed(format, [answer], single));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('loses nothing where no call is read, and completes no call without whole arguments', () => {
    fc.assert(
      fc.property(formatOf, text, (format, answer) => {
        const { text: rest, calls, complete } = parsed(format, [answer]);
        if (calls.length === 0) expect(rest).toBe(answer);
        const valid = calls.filter(([, args]) => isObjectText(args));
        expect(complete).toBeLessThanOrEqual(valid.length);
        for (const [name, args] of calls) expect(answer).toContain(args === '{}' ? name : args);
      }),
      { numRuns: 2_000 },
    );
  });

  it('reads back whatever object was written as arguments', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.nat(4), (value, indent) => {
        const args = JSON.stringify(value, undefined, indent);
        const { calls, text: rest } = parsed(HERMES, [
          `<tool_call>\n{"name": "get", "arguments": ${args}}\n</tool_call>`,
        ]);
        expect({ calls, rest }).toEqual({ calls: [['get', args]], rest: '' });
      }),
    );
  });

  it('tells arguments as soon as they are certain', () => {
    const parser = createToolCallParser(HERMES, ['get'], { newId: () => 'id', single: false });
    expect(parser.push('<tool_call>{"name": "get", "arguments": ')).toEqual({ text: '', toolCalls: [] });
    const call = { index: 0, id: 'id', name: 'get', arguments: '{"a"' };
    expect(parser.push('{"a"')).toEqual({ text: '', toolCalls: [call] });
    expect(parser.push(': 1')).toEqual({ text: '', toolCalls: [{ index: 0, id: '', name: '', arguments: ': 1' }] });
    expect(parser.calls).toBe(0);
    parser.push('}}');
    expect(parser.calls).toBe(1);
  });

  it('passes words on at once', () => {
    const parser = createToolCallParser(HERMES, ['get'], { newId: () => 'id', single: false });
    expect(parser.push('Hello wor').text).toBe('Hello wor');
    expect(parser.push('ld <tool').text).toBe('ld');
    expect(parser.push('s>').text).toBe(' <tools>');
  });

  it('stops after the first call where one is wanted', () => {
    const parser = createToolCallParser(HERMES, ['get'], { newId: () => 'id', single: true });
    const call = '<tool_call>{"name": "get"}</tool_call>';
    const { text: rest, toolCalls } = parser.push(`${call}${call} words`);
    expect([rest, toolCalls.length, parser.calls, parser.done]).toEqual(['', 1, 1, true]);
    expect(parser.flush()).toEqual({ text: '', toolCalls: [] });
  });
});

describe('what an answer with calls ends with', () => {
  it('is tool_calls only where the model ended by itself', () => {
    expect(finishReasonOf('stop', 1)).toBe('tool_calls');
    expect([finishReasonOf('stop', 0), finishReasonOf('length', 1), finishReasonOf('cancelled', 2)]).toEqual([
      'stop',
      'length',
      'cancelled',
    ]);
  });

  it('has ids of 24 letters and digits', () => {
    let step = 0;
    const random = () => (step++ % 62) / 62;
    expect(newToolCallId(random)).toBe('call_0123456789ABCDEFGHIJKLMN');
    expect(newToolCallId(() => 0.9999999)).toBe(`call_${'z'.repeat(24)}`);
  });
});

function isObjectText(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
