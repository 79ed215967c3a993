import { WeirError } from '@weir/errors';

type Neutral = (value: unknown) => boolean;

const isEmpty: Neutral = (value) => Array.isArray(value) && value.length === 0;
const is =
  (...values: unknown[]): Neutral =>
  (value) =>
    values.includes(value);
const isTextFormat: Neutral = (value) =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'text';
const isTextOnly: Neutral = (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text';

/** Fields that would change the answer, with the values that ask for nothing. Every other value is refused. */
const NEUTRAL: ReadonlyMap<string, Neutral> = new Map(
  Object.entries({
    n: is(1),
    best_of: is(1),
    echo: is(false),
    suffix: is(''),
    priority: is(0),
    logprobs: is(false),
    top_logprobs: is(0),
    tools: isEmpty,
    functions: isEmpty,
    tool_choice: is('none', 'auto'),
    function_call: is('none', 'auto'),
    response_format: isTextFormat,
    modalities: isTextOnly,
    // Of vLLM.
    use_beam_search: is(false),
    length_penalty: is(1),
    stop_token_ids: isEmpty,
    include_stop_str_in_output: is(false),
    skip_special_tokens: is(true),
    spaces_between_special_tokens: is(true),
    add_generation_prompt: is(true),
    continue_final_message: is(false),
    truncate_prompt_tokens: is(-1),
  }),
);

/** Fields that do not change the text of the answer and are accepted as they are. */
const HARMLESS: ReadonlySet<string> = new Set([
  'user',
  'safety_identifier',
  'metadata',
  'metadata',
  'store',
  'service_tier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
]);

/**
 * Reads the top level of a body and refuses what would be silently ignored although it changes the answer. `null` counts
 * as absent, as in the OpenAI API. `supported` are the fields that the door reads itself.
 */
export function refuseUnsupported(body: unknown, supported: ReadonlySet<string>): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new WeirError('invalid_request', 'The body must be a JSON object.');
  }
  for (const [name, value] of Object.entries(body)) {
    if (supported.has(name) || HARMLESS.has(name) || value === null || value === undefined) continue;
    if (NEUTRAL.get(name)?.(value)) continue;
    throw new WeirError('unsupported_parameter', `Parameter '${name}' is not supported with this value.`, {
      param: name,
    });
  }
}
