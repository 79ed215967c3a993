import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../policy/compile-policy.js';
import { sampleCatalogue } from '../../policy/compile/sample-catalogue.fixture.js';
import type { DecidedFinding, Decision } from '../../check/decision.js';
import { readWith } from '../wire/door-body.js';
import { webhookAnswer } from './webhook-answer.js';
import { partsOf, webhookBody } from './webhook-body.js';

const policy = compilePolicy({ name: 'shop' }, 3, sampleCatalogue);
const found = (detector: string, action: Decision['action']) => ({ detector, action, shadow: false }) as DecidedFinding;
const decision = (more: Partial<Decision>): Decision =>
  ({ policy, action: 'allow', message: '', findings: [], trace: [], approvalRequest: '', ...more }) as Decision;

const read = (more: object) => partsOf(readWith(webhookBody, { input_type: 'request', ...more }));
const parts = read({ texts: ['one', 'two'] });

describe('partsOf', () => {
  it('keeps count and order, and gives each text the role that it has in the messages', () => {
    const texts = ['be kind', 'hello', 'from a page'];
    const structured_messages = [
      { role: 'system', content: 'be kind' },
      { role: 'user', content: [{ type: 'text', text: 'hello' }] },
      { role: 'tool', content: 'from a page', tool_call_id: 'x' },
      { role: 'user', content: 'from a page' },
    ];
    expect(read({ texts, structured_messages }).map(({ text, role, stage }) => [text, role, stage])).toEqual([
      ['be kind', 'system', 'input'],
      ['hello', 'user', 'input'],
      ['from a page', 'tool', 'tool_result'],
    ]);
  });

  it('takes the texts of an answer for the model’s, whatever was said before', () => {
    const structured_messages = [{ role: 'user', content: 'echo' }];
    expect(read({ texts: ['echo'], structured_messages, input_type: 'response' })).toMatchObject([
      { role: 'assistant', stage: 'output' },
    ]);
  });

  it('reads the arguments of tool calls as JSON of their tool', () => {
    const tool_calls = [{ id: 'x', type: 'function', function: { name: 'pay', arguments: '{"a":1}' } }];
    expect(read({ texts: ['x'], tool_calls, input_type: 'response' })[1]).toMatchObject({
      path: 'tool_calls.0',
      text: '{"a":1}',
      tool: 'pay',
      json: true,
      stage: 'tool_call',
    });
  });

  it('reads messages of every shape for who said what, and refuses none', () => {
    const structured_messages = [
      { content: 'no role' },
      { role: 7, content: 'hello' },
      { role: 'robot', content: 'hello' },
      { role: 'tool', content: [{ type: 'document', source: {} }, null, 'text', { text: 3 }, { text: 'from a page' }] },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'user', content: { parts: [] } },
    ];
    expect(read({ texts: ['hello', 'from a page'], structured_messages }).map(({ role }) => role)).toEqual([
      'user',
      'tool',
    ]);
  });

  it.each([[null], [undefined], [[]]])('takes %j for no texts', (texts) => {
    expect(read({ texts, tool_calls: null, images: null, structured_messages: null, tools: null })).toEqual([]);
  });

  it.each([
    [{ input_type: 'both' }, 'input_type', 'invalid_request'],
    [{ images: ['data:'] }, 'images', 'unsupported_parameter'],
    [{ texts: [1] }, 'texts[0]', 'invalid_request'],
    [{ texts: Array.from({ length: 1_025 }, () => '') }, 'texts', 'invalid_request'],
  ])('refuses a wrong body', (more, param, code) => {
    expect(() => read(more)).toThrow(expect.objectContaining({ param, code }));
  });

  it('passes over what says nothing about the texts', () => {
    expect(read({ texts: ['a'], litellm_trace_id: 't', request_data: { user_api_key_hash: 'h' } })).toHaveLength(1);
  });
});

describe('webhookAnswer', () => {
  it('says nothing where nothing changes', () => {
    expect(webhookAnswer(decision({ action: 'flag' }), parts, ['one', 'two'])).toEqual({ action: 'NONE' });
  });

  it('gives all texts back where one changes', () => {
    expect(webhookAnswer(decision({ action: 'mask' }), parts, ['one', '[X]'])).toEqual({
      action: 'GUARDRAIL_INTERVENED',
      texts: ['one', '[X]'],
    });
  });

  it.each<[string, Partial<Decision>, string]>([
    [
      'a blocked text with what was found',
      { action: 'block', findings: [found('a', 'block'), found('b', 'mask'), found('a', 'block')] },
      'Blocked by shop@3: a.',
    ],
    [
      'rules that block',
      { action: 'block', trace: [{ rule: 'limit', read: [], conclusion: 'block' }] as never },
      'Blocked by shop@3: limit.',
    ],
    ['the message of the policy', { action: 'block', message: 'Sorry.' }, 'Sorry.'],
    [
      'what waits for a person',
      { action: 'require_approval', approvalRequest: 'req' },
      'Held by shop@3 until a person approves req.',
    ],
    [
      'a downgrade, which it cannot do',
      { action: 'downgrade' },
      'shop@3 would take tools and links away, which cannot be done here.',
    ],
  ])('blocks %s', (_, more, blocked_reason) => {
    expect(webhookAnswer(decision(more), parts, [])).toEqual({ action: 'BLOCKED', blocked_reason });
  });

  it('blocks changed arguments, which have no place in the answer', () => {
    const calls = read({ texts: ['a'], tool_calls: [{ function: { name: 't', arguments: '{}' } }] });
    expect(webhookAnswer(decision({ action: 'mask' }), calls, ['a', '{"x":1}'])).toMatchObject({ action: 'BLOCKED' });
    expect(webhookAnswer(decision({ action: 'mask' }), calls, ['b', '{}'])).toEqual({
      action: 'GUARDRAIL_INTERVENED',
      texts: ['b'],
    });
  });
});
