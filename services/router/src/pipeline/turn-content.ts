import type { Turn } from './inference-request.js';

/** What a model reads of a turn: what was retrieved for it, each between its own lines, then what was said. */
export function contentOf({ content, documents }: Pick<Turn, 'content' | 'documents'>): string {
  if (documents.length === 0) return content;
  const shown = documents.map(({ title, text }, index) => {
    const name = `document ${index + 1}`;
    return `[${title ? `${name}: ${title}` : name}]\n${text}\n[end of ${name}]`;
  });
  return [...shown, content].join('\n\n');
}
