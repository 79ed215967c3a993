import { ChildError } from '../child-error.js';
import type { ResponseFormatMessage, ToolChoiceMessage, ToolMessage } from '../protocol.js';
import { freeObject } from '../schema/free-json.js';
import { anyOf, Gbnf, literal, sequence, type Refuse } from '../schema/gbnf.js';
import { SchemaGrammar } from '../schema/schema-grammar.js';
import type { NamedFormat, ObjectFormat, ToolCallFormat } from './tool-call-format.js';

/** A model that is made to call goes on calling when it may. */
const MOST_CALLS = 8;
const SCHEMA_PARAM = 'response_format.json_schema.schema';

/**
 * The GBNF text that an answer must follow; undefined = none. Tools that the model may, but need not call, leave both ways
 * open.
 *
 * @throws ChildError `unsupported_parameter` that names the keyword of a schema that no grammar can be made for.
 */
export function grammarOf(
  format: ResponseFormatMessage,
  tools: readonly ToolMessage[],
  choice: ToolChoiceMessage,
  form: ToolCallFormat,
): string | undefined {
  const mustCall = choice.mode === 'required' || choice.mode === 'named';
  const callable = choice.mode === 'named' ? tools.filter(({ name }) => name === choice.name) : tools;
  if (mustCall && callable.length === 0) throw new ChildError('invalid_request', 'No such tool.', {}, 'tool_choice');
  if (!mustCall && format.kind === 'text') return undefined;
  const gbnf = new Gbnf(refuse(mustCall ? 'tools' : SCHEMA_PARAM));
  const mayCall = mustCall || (choice.mode === 'auto' && tools.length > 0);
  const calls = mayCall
    ? [callsText({ tools, callable, form, most: choice.mode === 'named' ? 1 : MOST_CALLS }, gbnf)]
    : [];
  return gbnf.render(anyOf(mustCall ? calls : [answerText(format, gbnf), ...calls]));
}

function answerText(format: ResponseFormatMessage, gbnf: Gbnf): string {
  if (format.kind !== 'json_schema') return freeObject(gbnf);
  return new SchemaGrammar(format.schema, gbnf, refuse(SCHEMA_PARAM)).visit(format.schema, 'answer');
}

interface Calls {
  readonly tools: readonly ToolMessage[];
  readonly callable: readonly ToolMessage[];
  readonly form: ToolCallFormat;
  readonly most: number;
}

function callsText({ tools, callable, form, most }: Calls, gbnf: Gbnf): string {
  const texts = callable.map((tool) => {
    const args = argumentsRule(tool, `tools.${tools.indexOf(tool)}.function.parameters`, gbnf);
    return form.kind === 'named' ? namedCall(tool.name, form, args) : objectCall(tool.name, form, args);
  });
  const call = gbnf.rule('call', anyOf(texts));
  const again = (separator: string) =>
    gbnf.repeat('tools', gbnf.rule('next-call', sequence(separator, call)), 0, most - 1);
  if (form.kind === 'object' && form.list)
    return sequence(literal(form.opener), '" "?', '"["', call, again('", "'), '"]"');
  if (form.kind === 'object' && form.bare) return call;
  const separator = form.closer === '' ? '' : '"\\n"';
  return most === 1 ? call : sequence(call, again(separator));
}

function objectCall(name: string, form: ObjectFormat, args: string): string {
  const body = sequence(literal(`{"name": ${JSON.stringify(name)}, "${form.argumentsKey}": `), args, '"}"');
  if (form.list || form.bare) return body;
  return sequence(literal(`${form.opener}\n`), body, literal(`\n${form.closer}`));
}

function namedCall(name: string, form: NamedFormat, args: string): string {
  const id = form.idMark ? sequence(literal(form.idMark), '[a-zA-Z0-9]{9}') : '';
  return sequence(
    literal(form.opener + name),
    id,
    literal(form.nameEnd),
    args,
    form.closer === '' ? '' : literal(form.closer),
  );
}

function argumentsRule({ parameters, name }: ToolMessage, param: string, gbnf: Gbnf): string {
  if (!parameters || Object.keys(parameters).length === 0) return freeObject(gbnf);
  const refused = refuse(param);
  const schema = 'type' in parameters || '$ref' in parameters ? parameters : { type: 'object', ...parameters };
  if ('type' in schema && schema.type !== 'object') throw refused('type', 'arguments are an object');
  return new SchemaGrammar(schema, gbnf, refused).visit(schema, `arguments-${name}`);
}

function refuse(param: string): Refuse {
  return (keyword, why) =>
    new ChildError('unsupported_parameter', `${param}: keyword "${keyword}" cannot be followed: ${why}.`, {}, param);
}
