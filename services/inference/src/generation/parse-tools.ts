import type { engineV1 } from '@weir/contracts';
import type { ResponseFormat, Tool, ToolChoice } from './generation.js';
import { invalid } from './invalid-request.js';

const MOST_TOOLS = 128;
const MOST_SCHEMA_LENGTH = 65_536;
const TOOL_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/** @throws WeirError `invalid_request` */
export function parseTools(tools: readonly engineV1.ToolDefinition[]): Tool[] {
  if (tools.length > MOST_TOOLS) throw invalid('options.tools', `has more than ${MOST_TOOLS} items`);
  const names = new Set<string>();
  return tools.map(({ name, description, parameters }, index) => {
    const param = `options.tools[${index}]`;
    if (!TOOL_NAME.test(name))
      throw invalid(`${param}.name`, 'must be 1 to 64 letters, digits, dots, dashes or underscores');
    if (names.has(name)) throw invalid(`${param}.name`, 'is there twice');
    names.add(name);
    return {
      name,
      description,
      parameters: parameters === '' ? undefined : parseSchema(parameters, `${param}.parameters`),
    };
  });
}

/** @throws WeirError `invalid_request` */
export function parseToolChoice(choice: engineV1.ToolChoice | undefined, tools: readonly Tool[]): ToolChoice {
  const param = 'options.tool_choice';
  if (choice === undefined || choice.mode === '') return { mode: tools.length > 0 ? 'auto' : 'none' };
  const { mode, name } = choice;
  if (mode === 'auto' || mode === 'none') return { mode };
  if (mode !== 'required' && mode !== 'named') throw invalid(`${param}.mode`, 'must be auto, none, required or named');
  if (tools.length === 0) throw invalid(param, 'needs options.tools');
  if (mode === 'required') return { mode };
  if (!tools.some((tool) => tool.name === name)) throw invalid(`${param}.name`, 'is none of options.tools');
  return { mode, name };
}

/** @throws WeirError `invalid_request` */
export function parseResponseFormat(format: engineV1.ResponseFormat | undefined): ResponseFormat {
  const kind = format?.kind || 'text';
  if (kind === 'text' || kind === 'json_object') return { kind };
  if (kind !== 'json_schema') throw invalid('options.response_format.kind', 'must be text, json_object or json_schema');
  return { kind, schema: parseSchema(format?.schema ?? '', 'options.response_format.schema') };
}

function parseSchema(text: string, param: string): object {
  if (text.length > MOST_SCHEMA_LENGTH) throw invalid(param, `is longer than ${MOST_SCHEMA_LENGTH} characters`);
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(param, 'must be a JSON object');
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
