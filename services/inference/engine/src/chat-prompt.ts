import { Template } from '@huggingface/jinja';
import { ChildError } from './child-error.js';
import type { ChatTurnMessage } from './protocol.js';

/** A piece of a prompt: markup of the template may hold control tokens, words of people never do. */
export interface PromptPiece {
  readonly text: string;
  readonly markup: boolean;
}

export interface TemplateTokens {
  readonly bos: string;
  readonly eos: string;
}

// Private-use characters: no template and no vocabulary has them.
const OPEN = '\uE000';
const CLOSE = '\uE001';

/**
 * Renders a model's own Jinja chat template. Marks stand for the contents while it renders, so that a control token that
 * somebody typed stays plain text.
 */
export class ChatTemplate {
  private readonly template: Template;

  constructor(
    source: string,
    private readonly tokens: TemplateTokens,
  ) {
    this.template = new Template(source);
  }

  render(turns: readonly ChatTurnMessage[]): PromptPiece[] {
    const contents = turns.map((turn) => splitSpace(turn.content));
    const messages = turns.map((turn, index) => ({ role: turn.role, content: marked(contents[index]!, index) }));
    return pieces(
      this.renderText(messages),
      contents.map((content) => content.middle),
    );
  }

  private renderText(messages: readonly ChatTurnMessage[]): string {
    try {
      return this.template.render({
        messages,
        add_generation_prompt: true,
        bos_token: this.tokens.bos,
        eos_token: this.tokens.eos,
      });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new ChildError('invalid_request', `The model's chat template does not take these messages: ${text}`);
    }
  }
}

interface SpacedText {
  readonly before: string;
  readonly middle: string;
  readonly after: string;
}

// Space stays outside of the mark, so that a template that trims contents still does.
function splitSpace(text: string): SpacedText {
  const middle = text.trim();
  if (middle === '') return { before: text, middle: '', after: '' };
  const start = text.indexOf(middle);
  return { before: text.slice(0, start), middle, after: text.slice(start + middle.length) };
}

function marked({ before, middle, after }: SpacedText, index: number): string {
  return middle === '' ? before : `${before}${OPEN}${index}${CLOSE}${after}`;
}

function pieces(rendered: string, contents: readonly string[]): PromptPiece[] {
  const parts = rendered.split(new RegExp(`${OPEN}(\\d+)${CLOSE}`));
  return parts
    .map((part, index) =>
      index % 2 === 0 ? { text: part, markup: true } : { text: contents[Number(part)] ?? '', markup: false },
    )
    .filter((piece) => piece.text !== '');
}
