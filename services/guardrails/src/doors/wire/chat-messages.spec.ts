import { describe, expect, it } from 'vitest';
import { chatMessages, conversationTexts, messageIndexOf, textAt } from './chat-messages.js';
import { placedDetections } from './detection-wire.js';
import { readWith } from './door-body.js';
import type { Detection } from '../inspection/detection.js';

const call = { id: 'c', type: 'function', function: { name: 'pay', arguments: '{"to":"x"}' } };

describe('chatMessages', () => {
  it('reads text, parts and calls', () => {
    const messages = readWith(chatMessages, [
      { role: 'system', content: 'be kind' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: 'done', tool_call_id: 'c' },
    ]);
    const { texts, context } = conversationTexts(messages);
    expect(texts.map(({ path, role, stage, text, json }) => [path, role, stage, text, json])).toEqual([
      ['messages.1.content', 'user', 'input', 'ab', false],
      ['messages.2.tool_calls.0', 'assistant', 'tool_call', '{"to":"x"}', true],
      ['messages.3.content', 'tool', 'tool_result', 'done', false],
    ]);
    expect(context?.map(({ text }) => text)).toEqual(['be kind']);
    expect(texts.map(({ path }) => messageIndexOf(path))).toEqual([1, 2, 3]);
  });

  it.each([
    [[], undefined, 'invalid_request'],
    [[{ role: 'user', content: [{ type: 'image_url' }] }], '[0].content[0].type', 'unsupported_parameter'],
    [[{ role: 'nobody', content: '' }], '[0].role', 'invalid_request'],
    [[{ role: 'user', content: '\ud800' }], '[0].content[0].text', 'invalid_utf8'],
  ])('refuses %j', (value, param, code) => {
    expect(() => readWith(chatMessages, value)).toThrow(expect.objectContaining({ param, code }));
  });

  it('gives a text the stage of its role', () => {
    expect(textAt('t', 'x', 'assistant').stage).toBe('output');
    expect(textAt('t', 'x', 'tool', 'document').stage).toBe('document');
  });
});

describe('placedDetections', () => {
  const detection: Detection = {
    detectorId: 'pii',
    path: 't',
    start: 3,
    end: 5,
    text: 'ab',
    detection: 'KIND',
    detectionType: 'pii',
    score: 0.75,
    detector: 'pii.kind',
    hazard: '',
    owasp: 'LLM02',
  };

  it('counts code points and tells what found it', () => {
    expect(placedDetections([detection, { ...detection, hazard: 'S7', owasp: '' }], '😀 ab')).toEqual([
      {
        start: 2,
        end: 4,
        text: 'ab',
        detection_type: 'pii',
        detection: 'KIND',
        score: 0.75,
        evidence: [{ name: 'detector', value: 'pii.kind', score: 0.75 }],
        metadata: { owasp: 'LLM02' },
      },
      expect.objectContaining({ metadata: { hazard: 'S7' } }),
    ]);
  });
});
