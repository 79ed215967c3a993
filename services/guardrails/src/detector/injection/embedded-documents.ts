import type { Span } from '../verdict-words.js';

const OPENING =
  /<(document|documents|context|page|webpage|email|e-mail|file|article|attachment|source|tool_result|tool_response|search_results?|retrieved)(?:\s[^<>]{0,200})?>/gi;
const MAX_DOCUMENTS = 32;

/** Parts of a user's text that are marked as somebody else's, between tags; a part that is never closed goes to the end. */
export function embeddedDocuments(text: string): Span[] {
  const found: Span[] = [];
  let from = 0;
  for (const opening of text.matchAll(OPENING)) {
    if (found.length === MAX_DOCUMENTS) break;
    if (opening.index < from) continue;
    const start = opening.index + opening[0].length;
    const closing = text.indexOf(`</${opening[1]}`, start);
    const end = closing === -1 ? text.length : closing;
    found.push({ start, end });
    from = end;
  }
  return found;
}
