import { WeirError } from '@weir/errors';
import type { DecidedFinding } from '../../check/decision.js';
import { watchingDocument } from './inspectors.js';

/** Names of TrustyAI's regular expressions, and what Weir finds in their place. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ['credit-card', ['pii.card']],
  ['email', ['pii.email']],
  ['ipv4', ['pii.ipv4']],
  ['ipv6', ['pii.ipv6']],
  ['us-phone-number', ['pii.phone', 'pii.phone_plain']],
  ['us-social-security-number', ['pii.us_ssn', 'pii.us_ssn_plain']],
  ['uk-post-code', ['pii.uk_postcode']],
]);

export const REGEX_NAMES: readonly string[] = [...NAMED.keys()];

const CUSTOM = 'custom-regex';
const SCHEMA = '-with-schema:';

/** The policy document of a list of regular expressions, some of them by name. */
export function regexDocument(expressions: readonly string[]): object {
  const named = expressions.flatMap((expression) => NAMED.get(expression) ?? []);
  const custom = expressions.filter((expression) => !NAMED.has(expression) && expression !== '$CUSTOM_REGEX');
  const checks = [...new Set([...named, ...(custom.length ? [CUSTOM] : [])])];
  return watchingDocument('regex', checks, 0, custom.length ? { [CUSTOM]: { kind: 'regex', regexes: custom } } : {});
}

/**
 * The policy document of a list of forms.
 * @throws WeirError `unsupported_parameter` for a form that cannot be checked, `invalid_request` for a schema that is no JSON.
 */
export function fileTypeDocument(forms: readonly string[]): object {
  const definitions = Object.fromEntries(forms.map((form, place) => [`file-type.${place}`, definitionOf(form)]));
  return watchingDocument('file_type', Object.keys(definitions), 0, definitions);
}

function definitionOf(form: string): object {
  if (form === 'json' || form === 'xml') return { kind: form };
  const at = form.indexOf(SCHEMA);
  if (form.startsWith('json') && at === 4)
    return { kind: 'json_schema', schema: schemaOf(form.slice(4 + SCHEMA.length)) };
  const name = (at < 0 ? form : form.slice(0, at)).slice(0, 32);
  throw new WeirError('unsupported_parameter', `The file type ${JSON.stringify(name)} cannot be checked here.`, {
    param: 'detector_params.file_type',
  });
}

function schemaOf(text: string): object {
  try {
    const schema: unknown = JSON.parse(text);
    if (typeof schema === 'object' && schema !== null && !Array.isArray(schema)) return schema;
  } catch (error) {
    throw notASchema(error);
  }
  throw notASchema(undefined);
}

function notASchema(cause: unknown): WeirError {
  return new WeirError('invalid_request', 'The schema of a file type is no JSON Schema.', {
    cause,
    param: 'detector_params.file_type',
  });
}

/** Type and name of a finding, as TrustyAI's clients know them where they do. */
export function namesOf({ detector, entity, category }: DecidedFinding): { detection: string; detectionType: string } {
  if (detector === CUSTOM) return { detection: CUSTOM, detectionType: 'regex' };
  if (!detector.startsWith('file-type.')) return { detection: entity, detectionType: category };
  const [form = '', problem] = entity.split('/');
  const mismatch = form === 'json_schema' && problem === 'invalid';
  const detection = mismatch ? 'json_schema_mismatch' : `invalid_${form.replace('_schema', '')}`;
  return { detection, detectionType: 'file_type' };
}
