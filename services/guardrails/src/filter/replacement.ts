import type { Finding } from './release/finding.js';
import type { RequestSecrets } from './request-secrets.js';
import { escapeJson, unescapeJson } from './reading/unit-group.js';

/** What stands in the place of a value, as the text's own form wants it. */
export function replacementFor({ match, rule }: Finding, request: RequestSecrets): string {
  const value = request.json ? unescapeJson(match.value) : match.value;
  // There is no pseudonym of half a value: nothing would restore it.
  const pseudonyms = match.cutOff ? undefined : request.pseudonyms;
  return asText(textFor(match.detector, rule, value, pseudonyms), request.json);
}

/** A text that is put into another one. */
export function asText(text: string, json: boolean): string {
  return json ? escapeJson(text) : text;
}

function textFor(
  detector: Finding['match']['detector'],
  rule: Finding['rule'],
  value: string,
  pseudonyms: RequestSecrets['pseudonyms'],
): string {
  if (rule.action === 'replace') return rule.replacement;
  if (rule.action === 'pseudonymise' && pseudonyms) return pseudonyms.pseudonymFor(detector, value);
  return typeof detector.replacement === 'string' ? detector.replacement : detector.replacement(value);
}
