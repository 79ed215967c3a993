import type { InferenceRequest, Prompt, ResponseFormat, Tool, Turn } from './inference-request.js';

export interface PromptText {
  /** Where the text stands in the request, in the words of its door. */
  readonly path: string;
  readonly text: string;
  /** True for JSON text, which must still be JSON after a value in it was masked. */
  readonly json?: boolean;
}

/** Every text of a request that a model reads, with its place, in a fixed order. */
export function textsOf(request: InferenceRequest): PromptText[] {
  const { prompts, operation, form } = request;
  const field = operation === 'embeddings' ? 'input' : 'prompt';
  const texts = prompts.flatMap((prompt, index): PromptText[] => {
    if (prompt.kind === 'chat') return prompt.turns.flatMap(textsOfTurn);
    return [{ path: prompts.length > 1 ? `${field}.${index}` : field, text: prompt.text ?? '' }];
  });
  for (const [index, tool] of form.tools.entries()) texts.push(...textsOfTool(tool, index));
  const format = form.responseFormat;
  if (format.kind === 'json_schema') {
    texts.push({ path: 'response_format.json_schema.schema', text: format.schema, json: true });
  }
  return texts;
}

/** The same request with other texts, in the order of `textsOf`. Tokens whose text changed become text. */
export function withTexts(request: InferenceRequest, texts: readonly string[]): InferenceRequest {
  const rest = texts[Symbol.iterator]();
  const next = () => rest.next().value ?? '';
  const prompts = request.prompts.map((prompt) => promptWith(prompt, next));
  const tools = request.form.tools.map((tool) => ({
    ...tool,
    description: tool.description && next(),
    parameters: tool.parameters && next(),
  }));
  const responseFormat = formatWith(request.form.responseFormat, next);
  return { ...request, prompts, form: { ...request.form, tools, responseFormat } };
}

function textsOfTurn({ content, toolCalls }: Turn, index: number): PromptText[] {
  const path = `messages.${index}`;
  const calls = toolCalls.map((call, position) => ({
    path: `${path}.tool_calls.${position}.function.arguments`,
    text: call.arguments,
    json: true,
  }));
  return [{ path: `${path}.content`, text: content }, ...calls];
}

function textsOfTool({ description, parameters }: Tool, index: number): PromptText[] {
  const path = `tools.${index}.function`;
  const texts: PromptText[] = [];
  if (description) texts.push({ path: `${path}.description`, text: description });
  if (parameters) texts.push({ path: `${path}.parameters`, text: parameters, json: true });
  return texts;
}

function promptWith(prompt: Prompt, next: () => string): Prompt {
  if (prompt.kind === 'chat') {
    const turns = prompt.turns.map((turn) => ({
      ...turn,
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

/** True when a text that was JSON is none any more. */
export function brokeJson(before: PromptText, after: string): boolean {
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
