import type { ChatTurnMessage } from '../protocol.js';
import type { PromptMarks } from './prompt-marks.js';

/** A message as a chat template takes it, its texts marked already. */
export interface TemplateMessage {
  readonly role: string;
  readonly content: string;
  readonly tool_calls?: readonly object[];
  readonly tool_call_id?: string;
  readonly name?: string;
}

export interface TemplateTool {
  readonly type: 'function';
  readonly function: { readonly name: unknown; readonly description: unknown; readonly parameters: unknown };
}

/** Tools and calls written into plain messages in the Hermes form, for a template that has no place for them. */
export function hermesMessages(turns: readonly ChatTurnMessage[], tools: readonly TemplateTool[], marks: PromptMarks) {
  const messages: TemplateMessage[] = [];
  turns.forEach((turn, index) => {
    const isResult = turn.role === 'tool';
    const content = isResult
      ? `<tool_response>\n${marks.text(turn.content)}\n</tool_response>`
      : callsText(turn, marks);
    const role = isResult ? 'user' : turn.role;
    const last = messages.at(-1);
    // Results and the question after them are one message: some templates want the roles to alternate.
    const joins = turns[index - 1]?.role === 'tool' && role === 'user' && last !== undefined;
    if (joins) messages[messages.length - 1] = { role, content: `${last.content}\n${content}` };
    else messages.push({ role, content });
  });
  return tools.length > 0 ? withTools(messages, toolsText(tools)) : messages;
}

/** The same for a template without a system role: its first system message joins the first message of the user. */
export function withoutSystem(messages: readonly TemplateMessage[]): readonly TemplateMessage[] {
  const [system, user, ...rest] = messages;
  if (system?.role !== 'system' || user?.role !== 'user') return messages;
  return [{ role: 'user', content: `${system.content}\n\n${user.content}` }, ...rest];
}

function withTools(messages: readonly TemplateMessage[], text: string): TemplateMessage[] {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: text }, ...messages];
  return [{ role: 'system', content: `${first.content}\n\n${text}` }, ...rest];
}

function toolsText(tools: readonly TemplateTool[]): string {
  return (
    '# Tools\n\nYou may call one or more functions to assist with the user query.\n\n' +
    'You are provided with function signatures within <tools></tools> XML tags:\n<tools>\n' +
    tools.map(spacedJson).join('\n') +
    '\n</tools>\n\nFor each function call, return a json object with function name and arguments within ' +
    '<tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
  );
}

function callsText(turn: ChatTurnMessage, marks: PromptMarks): string {
  const calls = (turn.toolCalls ?? []).map(
    (call) =>
      `<tool_call>\n{"name": ${spacedJson(marks.text(call.name))}, "arguments": ` +
      `${spacedJson(marks.json(argumentsOf(call.arguments)))}}\n</tool_call>`,
  );
  return [...(turn.content === '' ? [] : [marks.text(turn.content)]), ...calls].join('\n');
}

/** The arguments of a call as the value that they write, or as they are when they are no JSON object. */
export function argumentsOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : text;
  } catch {
    return text;
  }
}

// JSON with a space after `,` and `:`, as models were trained on it.
function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spacedJson(item)}`);
  return `{${members.join(', ')}}`;
}
