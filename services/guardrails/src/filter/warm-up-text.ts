/**
 * Texts as models write them: prose, a list, code, JSON, links. Made-up throughout, and short, since the states that
 * matter are met at once: what follows a word, a number, a sign.
 */
export const WARM_UP_TEXT = [
  'The committee met on Tuesday, 12 May 2024, at 10:30 and agreed on version 3.14 of the plan; "quite a surprise", as its',
  "chairman said, because nobody (not even Anna's office) had expected more than 1,200 people. What happens next? You'll",
  'find the details below - costs rose by 7.5% to $48,000, and the work should be done by 2026-01-31.\n\n',
  '## Steps\n\n1. Open **Settings** and choose `Network`.\n2. Type the name, e.g. _printer-02_.\n* See also: I/O & storage.\n\n',
  '```ts\nimport { readFile } from "node:fs/promises";\n\nexport async function countWords(path: string): Promise<number> {\n',
  "  const text = await readFile(path, 'utf8'); // whole file\n  for (let i = 0; i < text.length; i++) total += x[i] ?? 0;\n",
  '  return text.split(/\\s+/).filter((w) => w !== "").length;\n}\n```\n\n',
  '{"name": "get_weather", "arguments": {"city": "Zürich", "days": 3, "units": null, "tags": ["a", "b_c"]}}\n\n',
  'More is at https://docs.example.org/guide/start?lang=en#top, [here](https://example.com/a) or support@example.org.\n',
].join('');
