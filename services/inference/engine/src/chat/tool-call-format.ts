/** How a model writes its tool calls. */
export type ToolCallFormat = ObjectFormat | NamedFormat;

interface FormatTexts {
  readonly name: 'hermes' | 'llama3' | 'mistral' | 'mistral_named' | 'functionary';
  /** What opens a call, or the list of them. */
  readonly opener: string;
  /** Control tokens that must stay visible in the text that the parser reads. */
  readonly markers: readonly string[];
}

/** A JSON object with the name and the arguments. */
export interface ObjectFormat extends FormatTexts {
  readonly kind: 'object';
  readonly argumentsKey: 'arguments' | 'parameters';
  /** What follows the object; empty = nothing. */
  readonly closer: string;
  /** The opener is followed by one array of all calls. */
  readonly list: boolean;
  /** The opener may be missing, when the answer begins with the object. */
  readonly bare: boolean;
}

/** The name as text, then the arguments as a JSON object. */
export interface NamedFormat extends FormatTexts {
  readonly kind: 'named';
  readonly nameEnd: string;
  /** An id of the model's own may follow the name after this mark; nobody needs it. */
  readonly idMark?: string;
  readonly closer: string;
}

export const HERMES: ToolCallFormat = {
  name: 'hermes',
  kind: 'object',
  opener: '<tool_call>',
  closer: '</tool_call>',
  argumentsKey: 'arguments',
  list: false,
  bare: false,
  markers: ['<tool_call>', '</tool_call>'],
};

export const LLAMA3: ToolCallFormat = {
  name: 'llama3',
  kind: 'object',
  opener: '<|python_tag|>',
  closer: '',
  argumentsKey: 'parameters',
  list: false,
  bare: true,
  markers: ['<|python_tag|>'],
};

export const MISTRAL: ToolCallFormat = {
  name: 'mistral',
  kind: 'object',
  opener: '[TOOL_CALLS]',
  closer: '',
  argumentsKey: 'arguments',
  list: true,
  bare: false,
  markers: ['[TOOL_CALLS]'],
};

export const MISTRAL_NAMED: NamedFormat = {
  name: 'mistral_named',
  kind: 'named',
  opener: '[TOOL_CALLS]',
  nameEnd: '[ARGS]',
  closer: '',
  markers: ['[TOOL_CALLS]', '[ARGS]'],
};

export const MISTRAL_WITH_ID: NamedFormat = {
  ...MISTRAL_NAMED,
  idMark: '[CALL_ID]',
  markers: ['[TOOL_CALLS]', '[CALL_ID]', '[ARGS]'],
};

export const FUNCTIONARY: ToolCallFormat = {
  name: 'functionary',
  kind: 'named',
  opener: '<function=',
  nameEnd: '>',
  closer: '</function>',
  markers: [],
};

/**
 * The form in which a template wrote a call, read from what it rendered for one: `name` and `argument` are what the name
 * and the argument's key look like there. undefined = no form that can be parsed back.
 */
export function formatOf(rendered: string, name: string, argument: string): ToolCallFormat | undefined {
  const forms: readonly (readonly [string, ToolCallFormat])[] = [
    [`<tool_call>\\s*\\{"name": ?"${name}", ?"arguments": ?\\{"${argument}"`, HERMES],
    [`\\[TOOL_CALLS\\]\\s*\\[\\{"name": ?"${name}", ?"arguments": ?\\{"${argument}"`, MISTRAL],
    [`\\[TOOL_CALLS\\]${name}\\[ARGS\\]\\{"${argument}"`, MISTRAL_NAMED],
    [`\\[TOOL_CALLS\\]${name}\\[CALL_ID\\]\\w+\\[ARGS\\]\\{"${argument}"`, MISTRAL_WITH_ID],
    [`<function=${name}>\\{"${argument}"`, FUNCTIONARY],
    [`(?:\n|\\|>)\\{"name": ?"${name}", ?"parameters": ?\\{"${argument}"`, LLAMA3],
  ];
  return forms.find(([pattern]) => new RegExp(pattern).test(rendered))?.[1];
}
