import { Template } from '@huggingface/jinja';
import { ChildError } from '../child-error.js';
import type { ChatTurnMessage, ToolChoiceMessage, ToolMessage } from '../protocol.js';
import { argumentsOf, hermesMessages, withoutSystem, type TemplateMessage, type TemplateTool } from './hermes-turns.js';
import { PromptMarks, type PromptPiece } from './prompt-marks.js';
import { formatOf, HERMES, type ToolCallFormat } from './tool-call-format.js';

export type { PromptPiece } from './prompt-marks.js';

export interface TemplateTokens {
  readonly bos: string;
  readonly eos: string;
}

export interface ChatPrompt {
  readonly turns: readonly ChatTurnMessage[];
  readonly tools?: readonly ToolMessage[];
  readonly toolChoice?: ToolChoiceMessage;
}

interface NativeTools {
  readonly format: ToolCallFormat;
  /** Whether the template wants arguments as an object or as its JSON text. */
  readonly asObject: boolean;
}

const ROLES: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/**
 * Renders a model's own Jinja chat template. Marks stand for all texts from outside while it renders, so that a control
 * token that somebody typed stays plain text. A template without tools gets them described in the Hermes form.
 */
export class ChatTemplate {
  /** The form in which this model is asked to write its calls. */
  readonly toolFormat: ToolCallFormat;
  private readonly template: Template;
  private readonly native: NativeTools | undefined;
  private readonly takesSystem: boolean;

  constructor(
    source: string,
    private readonly tokens: TemplateTokens,
  ) {
    this.template = new Template(source);
    this.native = this.probe(true) ?? this.probe(false);
    this.toolFormat = this.native?.format ?? HERMES;
    this.takesSystem = this.rendersSystem();
  }

  /** @throws ChildError `invalid_request` when the template refuses the messages. */
  render({ turns, tools = [], toolChoice }: ChatPrompt): PromptPiece[] {
    const marks = new PromptMarks();
    const shown = toolChoice?.mode === 'none' ? [] : tools.map((tool) => templateTool(tool, marks));
    const named = turns.map((turn) => (ROLES.has(turn.role) ? turn : { ...turn, role: marks.text(turn.role) }));
    if (this.native) return marks.pieces(this.renderText(nativeMessages(named, this.native, marks), shown));
    const messages = hermesMessages(named, shown, marks);
    const needless = this.takesSystem || shown.length === 0;
    return marks.pieces(this.renderText(needless ? messages : withoutSystem(messages), []));
  }

  private renderText(messages: readonly TemplateMessage[], tools: readonly TemplateTool[]): string {
    try {
      return this.template.render({
        messages,
        ...(tools.length > 0 ? { tools } : {}),
        add_generation_prompt: true,
        bos_token: this.tokens.bos,
        eos_token: this.tokens.eos,
      });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new ChildError('invalid_request', `The model's chat template does not take these messages: ${text}`);
    }
  }

  // Shows the template a tool, a call and its result, and looks whether and how they come out.
  private probe(asObject: boolean): NativeTools | undefined {
    const parameters = {
      type: 'object',
      properties: { qkey: { type: 'string', description: 'd' } },
      required: ['qkey'],
    };
    const tool: TemplateTool = { type: 'function', function: { name: 'qtool', description: 'd', parameters } };
    const call = { id: 'call00000', name: 'qcall', arguments: '{"qkey":"v"}' };
    const turns = [
      { role: 'user', content: 'u' },
      { role: 'assistant', content: '', toolCalls: [call] },
      { role: 'tool', content: 'qresult', toolCallId: call.id },
    ];
    const messages = nativeMessages(turns, { asObject }, new Unmarked());
    const rendered = this.tryRender(messages, [tool]);
    if (!rendered?.includes('qtool') || !rendered.includes('qresult')) return undefined;
    const format = formatOf(rendered, call.name, 'qkey');
    return format && { format, asObject };
  }

  private rendersSystem(): boolean {
    const messages = ['system', 'user'].map((role) => ({ role, content: `q${role}` }));
    return this.tryRender(messages, [])?.includes('qsystem') ?? false;
  }

  private tryRender(messages: readonly TemplateMessage[], tools: readonly TemplateTool[]): string | undefined {
    try {
      return this.renderText(messages, tools);
    } catch {
      return undefined;
    }
  }
}

type Marker = Pick<PromptMarks, 'text' | 'json'>;

/** Stands in for the marks where all texts are our own. */
class Unmarked implements Marker {
  text(text: string): string {
    return text;
  }

  json(value: unknown): unknown {
    return value;
  }
}

function templateTool({ name, description, parameters }: ToolMessage, marks: Marker): TemplateTool {
  const schema = marks.json({ type: 'object', properties: {}, ...parameters });
  return {
    type: 'function',
    function: { name: marks.text(name), description: marks.text(description), parameters: schema },
  };
}

function nativeMessages(
  turns: readonly ChatTurnMessage[],
  { asObject }: Pick<NativeTools, 'asObject'>,
  marks: Marker,
): TemplateMessage[] {
  const ids = new Map<string, string>();
  return turns.map(({ role, content, toolCalls = [], toolCallId }) => ({
    role,
    content: marks.text(content),
    ...(toolCallId ? { tool_call_id: shortId(ids, toolCallId) } : {}),
    ...(toolCalls.length > 0
      ? {
          tool_calls: toolCalls.map((call) => ({
            id: shortId(ids, call.id),
            type: 'function',
            function: { name: marks.text(call.name), arguments: templateArguments(call.arguments, asObject, marks) },
          })),
        }
      : {}),
  }));
}

function templateArguments(text: string, asObject: boolean, marks: Marker): unknown {
  const value = argumentsOf(text);
  return asObject && typeof value !== 'string' ? marks.json(value) : marks.text(text);
}

// Ids are the callers' own; some templates take nothing but nine letters and digits.
function shortId(ids: Map<string, string>, id: string): string {
  const known = ids.get(id);
  if (known) return known;
  const short = `call${String(ids.size).padStart(5, '0')}`;
  ids.set(id, short);
  return short;
}
