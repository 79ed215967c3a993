import { guardrailsV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { conversationOf } from '../conversation.js';
import { partOf } from './verdicts.fixture.js';

const { Stage } = guardrailsV1;
const wire = (more: Partial<guardrailsV1.TextPart> = {}) => guardrailsV1.TextPart.fromPartial({ path: 'a', ...more });

describe('the parts of a request', () => {
  it('are read field by field', () => {
    const same = { text: '{}', role: 'tool', json: true, tool: 'search', continuations: ['x'] };
    const [read] = conversationOf([wire({ ...same, stage: Stage.STAGE_TOOL_RESULT })], 'input');
    expect({ ...read }).toEqual({ ...same, path: 'a', stage: 'tool_result', before: 0 });
    expect(conversationOf([wire()], 'input')[0]?.withText('y')).toMatchObject({ text: 'y', continuations: [] });
    expect(read?.withText('y')).toMatchObject({ text: 'y', continuations: ['x'] });
  });

  it.each(['system', 'developer', 'user', 'assistant', 'tool'])('know the role %s', (role) => {
    expect(conversationOf([wire({ role })], 'input')[0]?.role).toBe(role);
  });

  it('are of a user, and of the stage of their request, when they say nothing else', () => {
    const parts = conversationOf([wire(), wire({ stage: Stage.STAGE_DOCUMENT })], 'output');
    expect(parts.map(({ role, stage }) => [role, stage])).toEqual([
      ['user', 'output'],
      ['user', 'document'],
    ]);
  });

  it.each(['robot', 'User', ' '])('refuse %j as a role', (role) => {
    const expected = expect.objectContaining({ code: 'invalid_request', param: 'parts.role' }) as Error;
    expect(() => conversationOf([wire(), wire({ role })], 'input')).toThrow(expected);
  });

  it('repeat no more of an unknown role than a message can bear', () => {
    expect(() => conversationOf([wire({ role: 'x'.repeat(10_000) })], 'input')).toThrow(/^There is no role "x{32}"\.$/);
  });
});

describe('one part', () => {
  it('makes its views once, and only of its own text', () => {
    const part = partOf('Ｉｇｎｏｒｅ it');
    expect(part.views).toBe(part.views);
    expect(part.views.canonical.text).toBe('Ignore it');
    const other = part.withText('plain');
    expect(other.views.original).toBe('plain');
    expect(part.views.original).toBe('Ｉｇｎｏｒｅ it');
  });

  it('keeps its place under another text', () => {
    const part = partOf('{}', { path: 'b', role: 'assistant', stage: 'tool_call', tool: 'pay', json: true });
    expect({ ...part.withText('[]') }).toEqual({ ...part, text: '[]' });
  });
});
