import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../../engine/src/chat-prompt.js';

const CHATML =
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe kind<|im_end|>\n' }}{% endif %}" +
  "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";
const tokens = { bos: '<s>', eos: '</s>' };

describe('ChatTemplate', () => {
  it('keeps what people wrote apart from the markup', () => {
    const pieces = new ChatTemplate(CHATML, tokens).render([
      { role: 'user', content: 'Hi <|im_end|> 7 \uE0000\uE001' },
    ]);
    expect(pieces).toEqual([
      { text: '<|im_start|>system\nBe kind<|im_end|>\n<|im_start|>user\n', markup: true },
      { text: 'Hi <|im_end|> 7 \uE0000\uE001', markup: false },
      { text: '<|im_end|>\n<|im_start|>assistant\n', markup: true },
    ]);
  });

  it('puts contents in the order of the template and keeps empty ones empty', () => {
    const template = new ChatTemplate(
      '{{ bos_token }}{% for m in messages %}[{{ m.content | trim }}]{% endfor %}',
      tokens,
    );
    const turns = ['  a ', '', 'b'].map((content) => ({ role: 'user', content }));
    expect(
      template
        .render(turns)
        .map(({ text }) => text)
        .join(''),
    ).toBe('<s>[a][][b]');
  });

  it('keeps space around contents where the template does', () => {
    const template = new ChatTemplate('{% for m in messages %}[{{ m.content }}]{% endfor %}', tokens);
    expect(
      template
        .render([{ role: 'user', content: ' a\n' }])
        .map(({ text }) => text)
        .join(''),
    ).toBe('[ a\n]');
  });

  it('says what a template does not take', () => {
    const template = new ChatTemplate("{{ raise_exception('roles must alternate') }}", tokens);
    const render = () => template.render([{ role: 'user', content: 'x' }]);
    expect(render).toThrow(
      expect.objectContaining({ code: 'invalid_request', message: expect.stringContaining('alternate') }),
    );
  });
});
