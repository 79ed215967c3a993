import type { RouteState } from '@weir/contracts';
import type { ChatRole, InferenceRequest, Prompt, ResponseFormat, Tool, ToolCall, Turn } from './inference-request.js';
import { labelsOf, withLabels } from './prompt-labels.js';

/** What a text is, and with that how far it is trusted. */
export type GuardStage = keyof RouteState['stage_policies'];

export interface PromptText {
  /** Where the text stands in the request, in the words of its door. */
  readonly path: string;
  readonly text: string;
  readonly stage: GuardStage;
  /** Who wrote it, or in whose name the model reads it. */
  readonly role: ChatRole;
  /** True for JSON text, which must still be JSON after a value in it was changed. */
  readonly json?: boolean;
  /** Name of the tool that it is about. */
  readonly tool?: string;
  /** How the model may have gone on where it was cut off, an empty text for anyhow; absent or none = it is complete. */
  readonly continuations?: readonly string[];
  /** Nothing else can stand in its place: a policy that would change it holds the request. */
  readonly fixed?: boolean;
}

/** Every text of a request that a model or its engine reads, with its place, in a fixed order. */
export function textsOf(request: InferenceRequest): PromptText[] {
  const { prompts, operation, form } = request;
  const field = operation === 'embeddings' ? 'input' : 'prompt';
  const said = prompts.flatMap((prompt, index): PromptText[] => {
    if (prompt.kind === 'chat') return textsOfChat(prompt.turns);
    const path = prompts.length > 1 ? `${field}.${index}` : field;
    return [{ path, text: prompt.text ?? '', stage: 'input', role: 'user' }];
  });
  const texts = [...labelsOf(request), ...said];
  for (const [index, tool] of form.tools.entries()) texts.push(...textsOfTool(tool, index));
  const format = form.responseFormat;
  if (format.kind === 'json_schema') {
    const path = 'response_format.json_schema.schema';
    texts.push({ path, text: format.schema, stage: 'input', role: 'developer', json: true });
  }
  return texts;
}

/** The same request with other texts, in the order of `textsOf`. Tokens whose text changed become text. */
export function withTexts(request: InferenceRequest, texts: readonly string[]): InferenceRequest {
  const rest = texts[Symbol.iterator]();
  const next = () => rest.next().value ?? '';
  const labelled = withLabels(request, next);
  const prompts = labelled.prompts.map((prompt) => promptWith(prompt, next));
  const tools = request.form.tools.map((tool) => ({
    ...tool,
    description: tool.description && next(),
    parameters: tool.parameters && next(),
  }));
  const responseFormat = formatWith(request.form.responseFormat, next);
  return { ...labelled, prompts, form: { ...request.form, tools, responseFormat } };
}

function textsOfChat(turns: readonly Turn[]): PromptText[] {
  const calls = new Map(turns.flatMap(({ toolCalls }) => toolCalls.map(({ id, name }) => [id, name] as const)));
  return turns.flatMap((turn, index) => textsOfTurn(turn, `messages.${index}`, calls));
}

function textsOfTurn(turn: Turn, path: string, toolNames: ReadonlyMap<string, string>): PromptText[] {
  const { role, content, documents, toolCalls, toolCallId } = turn;
  const retrieved = documents.flatMap(({ title, text }, index): PromptText[] => {
    const third = { stage: 'document', role } as const;
    const place = `${path}.documents.${index}`;
    return [
      ...(title ? [{ path: `${place}.title`, text: title, ...third }] : []),
      { path: `${place}.text`, text, ...third },
    ];
  });
  const place = { path: `${path}.content`, text: content, role };
  const said: PromptText =
    role === 'tool'
      ? { ...place, stage: 'tool_result', tool: toolNames.get(toolCallId) ?? turn.name }
      : { ...place, stage: 'input' };
  return [...retrieved, said, ...toolCalls.map((call, index) => textOfCall(call, `${path}.tool_calls.${index}`))];
}

/** The arguments of a call that a model made. */
export function textOfCall({ name, arguments: text }: Pick<ToolCall, 'name' | 'arguments'>, path: string): PromptText {
  return { path: `${path}.function.arguments`, text, stage: 'tool_call', role: 'assistant', json: true, tool: name };
}

/** What tools say about themselves comes from whoever offers them. */
function textsOfTool({ name, description, parameters }: Tool, index: number): PromptText[] {
  const path = `tools.${index}.function`;
  const third = { stage: 'document', role: 'system', tool: name } as const;
  const texts: PromptText[] = [];
  if (description) texts.push({ path: `${path}.description`, text: description, ...third });
  if (parameters) texts.push({ path: `${path}.parameters`, text: parameters, ...third, json: true });
  return texts;
}

function promptWith(prompt: Prompt, next: () => string): Prompt {
  if (prompt.kind === 'chat') {
    const turns = prompt.turns.map((turn) => ({
      ...turn,
      documents: turn.documents.map(({ title }) => ({ title: title && next(), text: next() })),
      content: next(),
      toolCalls: turn.toolCalls.map((call) => ({ ...call, arguments: next() })),
    }));
    return { kind: 'chat', turns };
  }
  const text = next();
  return prompt.kind === 'tokens' && text === (prompt.text ?? '') ? prompt : { kind: 'text', text };
}

function formatWith(format: ResponseFormat, next: () => string): ResponseFormat {
  return format.kind === 'json_schema' ? { kind: 'json_schema', schema: next() } : format;
}

/** True when a text as it was changed is as good as blocked. */
export function cannotGoOn(before: Pick<PromptText, 'text' | 'json' | 'fixed'>, after: string): boolean {
  return (before.fixed === true && before.text !== after) || brokeJson(before, after);
}

/** True when a text that was JSON is none any more. */
export function brokeJson(before: Pick<PromptText, 'text' | 'json'>, after: string): boolean {
  return before.json === true && before.text !== after && isJson(before.text) && !isJson(after);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
