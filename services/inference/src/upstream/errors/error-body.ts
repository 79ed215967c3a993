import { fieldsOf, type Fields } from '../json-fields.js';

const MOST_MESSAGE = 300;
const MOST_NAME = 128;

/** What an upstream says of a refusal; empty where it says nothing. */
export interface ErrorDescription {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  /** The parameter that is wrong. */
  readonly param: string;
}

const NOTHING: ErrorDescription = { message: '', code: '', type: '', param: '' };

/**
 * Reads the error bodies of OpenAI, Azure, Anthropic and llama-server (`error` is an object), of Ollama and TGI (`error` is
 * a text), of vLLM's older versions (`object: "error"`), and of FastAPI (`detail`). Other bodies may hold anything and stay
 * out of sight.
 */
export function describeError(body: string): ErrorDescription {
  const parsed = parseJson(body);
  if (!parsed) return NOTHING;
  const error = fieldsOf(parsed.error);
  if (error) return ofFields(error, textOf(error.message));
  if (typeof parsed.error === 'string') {
    return { ...ofFields(parsed, parsed.error), type: textOf(parsed.error_type) };
  }
  if (parsed.detail !== undefined) return ofDetail(parsed.detail);
  if (parsed.object === 'error' || typeof parsed.message === 'string') return ofFields(parsed, textOf(parsed.message));
  return NOTHING;
}

function ofFields({ code, type, param }: Fields, message: string): ErrorDescription {
  return {
    message: message.slice(0, MOST_MESSAGE),
    code: nameOf(code),
    type: nameOf(type),
    param: nameOf(param),
  };
}

/** A text, or a list of `{loc: ["body", "temperature"], msg, type}`. */
function ofDetail(detail: unknown): ErrorDescription {
  if (typeof detail === 'string') return { ...NOTHING, message: detail.slice(0, MOST_MESSAGE) };
  const first = Array.isArray(detail) ? fieldsOf(detail[0]) : undefined;
  if (!first) return NOTHING;
  const place = Array.isArray(first.loc) ? first.loc.filter((step) => step !== 'body') : [];
  return {
    message: textOf(first.msg).slice(0, MOST_MESSAGE),
    code: '',
    type: nameOf(first.type),
    param: nameOf(place.join('.')),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
/** Names and numbers; long ones are none. */
const nameOf = (value: unknown): string => {
  const name = typeof value === 'number' ? String(value) : textOf(value);
  return name.length <= MOST_NAME ? name : '';
};

function parseJson(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
