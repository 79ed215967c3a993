/** How the engine's proto names a field, and how clients do. The first that fits counts. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^tools\[(\d+)\]\.(name|description|parameters)/, 'tools[$1].function.$2'],
  [/^tool_choice\b.*/, 'tool_choice'],
  [/^single_tool_call$/, 'parallel_tool_calls'],
  [/^response_format\.kind$/, 'response_format.type'],
  [/^response_format\.schema/, 'response_format.json_schema.schema'],
  [/^prompt_logprobs$/, 'logprobs'],
  [/^prompt\.chat\.turns/, 'messages'],
  [/^prompt\.(?:text|tokens)\b.*/, 'prompt'],
  [/^inputs(\[\d+\])?.*/, 'input$1'],
];

/** The name that a client knows a field of the engine's request by: `options.top_k` → `top_k`. */
export function clientParam(param: string): string {
  const name = param.replace(/^options\./, '');
  const [pattern, replacement] = NAMES.find(([one]) => one.test(name)) ?? [];
  return pattern && replacement !== undefined ? name.replace(pattern, replacement) : name;
}

/** A message of the engine in the words of clients. */
export function clientMessage(message: string, param: string): string {
  return message.replaceAll(param, clientParam(param)).replaceAll('options.', '');
}
