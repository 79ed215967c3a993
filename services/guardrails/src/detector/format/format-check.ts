import type { CheckFinding, TextCheck } from '../text-check.js';

/** A check that a whole text has a form. `problemOf`: undefined for a text that has it. */
export function formatCheck(
  id: string,
  version: string,
  entity: string,
  problemOf: (text: string) => string | undefined,
): TextCheck {
  return {
    id,
    version,
    threshold: 0.5,
    stream: 'whole',
    check: ({ texts }) =>
      texts.flatMap(({ path, text }): CheckFinding[] => {
        const problem = problemOf(text);
        if (problem === undefined) return [];
        const owasp = 'LLM05';
        return [
          { path, start: 0, end: text.length, score: 1, category: 'format', entity: `${entity}/${problem}`, owasp },
        ];
      }),
  };
}
