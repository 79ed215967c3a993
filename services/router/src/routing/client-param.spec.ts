import { describe, expect, it } from 'vitest';
import { clientMessage, clientParam } from './client-param.js';

describe('clientParam', () => {
  it.each([
    ['options.max_tokens', 'max_tokens'],
    ['options.stop[2]', 'stop[2]'],
    ['options.tools[1].name', 'tools[1].function.name'],
    ['options.tools[1].parameters.properties', 'tools[1].function.parameters.properties'],
    ['options.tool_choice.mode', 'tool_choice'],
    ['options.single_tool_call', 'parallel_tool_calls'],
    ['options.response_format.kind', 'response_format.type'],
    ['options.response_format.schema', 'response_format.json_schema.schema'],
    ['options.prompt_logprobs', 'logprobs'],
    ['prompt.chat.turns[3].role', 'messages[3].role'],
    ['prompt.tokens.ids', 'prompt'],
    ['prompt.text', 'prompt'],
    ['inputs[4].tokens.ids', 'input[4]'],
    ['inputs', 'input'],
    ['logit_bias', 'logit_bias'],
    ['tools.0.function.parameters', 'tools.0.function.parameters'],
  ])('%s → %s', (param, name) => expect(clientParam(param)).toBe(name));
});

describe('clientMessage', () => {
  it('says the same in the words of clients', () => {
    expect(clientMessage('options.min_tokens must not be more than options.max_tokens.', 'options.min_tokens')).toBe(
      'min_tokens must not be more than max_tokens.',
    );
    expect(clientMessage('prompt.tokens.ids has the token 7.', 'prompt.tokens.ids')).toBe('prompt has the token 7.');
  });
});
