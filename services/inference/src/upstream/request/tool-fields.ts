import type { GenerationOptions, Prompt } from '../../generation/generation.js';
import type { Dialect } from '../capacity/dialect.js';
import { unsupported } from './unsupported.js';

/** Servers that call what they like, whatever the choice says. */
const CHOOSES_ITSELF: ReadonlySet<Dialect | undefined> = new Set<Dialect>(['ollama']);
/** Servers that call as many as they like. */
const CALLS_MANY: ReadonlySet<Dialect | undefined> = new Set<Dialect>(['ollama', 'tgi']);

/**
 * Tools and their choice. Tools that may not be called are not shown to the model at all.
 * @throws WeirError `unsupported_parameter`
 */
export function toolFields(prompt: Prompt, options: GenerationOptions, dialect: Dialect | undefined): object {
  const { tools, toolChoice, singleToolCall } = options;
  if (tools.length === 0 || toolChoice.mode === 'none') return {};
  if (prompt.kind !== 'chat') throw unsupported('tools');
  if (toolChoice.mode !== 'auto' && CHOOSES_ITSELF.has(dialect)) throw unsupported('tool_choice');
  if (singleToolCall && CALLS_MANY.has(dialect)) throw unsupported('parallel_tool_calls');
  // llama-server ignores a name; of one tool that must be called, only the name is left to choose.
  const byName = toolChoice.mode === 'named' && dialect === 'llamacpp' ? toolChoice.name : undefined;
  const shown = tools.filter(({ name }) => byName === undefined || name === byName);
  return {
    tools: shown.map(({ name, description, parameters }) => ({
      type: 'function',
      function: { name, description: description || undefined, parameters },
    })),
    tool_choice: choiceOf(byName === undefined ? toolChoice : { mode: 'required' }),
    parallel_tool_calls: singleToolCall ? false : undefined,
  };
}

function choiceOf(choice: GenerationOptions['toolChoice']): string | object | undefined {
  if (choice.mode === 'auto') return undefined;
  return choice.mode === 'named' ? { type: 'function', function: { name: choice.name } } : choice.mode;
}
