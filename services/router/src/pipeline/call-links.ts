import type { Turn } from './inference-request.js';

/** Characters of a link; nine letters and digits are what the strictest models take. */
export const LINK_LENGTH = 9;

const PREFIX = 'call';

/**
 * Turns as models see them: ids of calls are links and nothing else, so each becomes `call00000`, `call00001` … in the
 * order in which they appear. What clients wrote there reaches no model. The same turns always get the same links.
 */
export function linkedTurns(turns: readonly Turn[]): Turn[] {
  const links = new Map<string, string>();
  const linkOf = (id: string): string => {
    const link = links.get(id) ?? PREFIX + links.size.toString(36).padStart(LINK_LENGTH - PREFIX.length, '0');
    links.set(id, link);
    return link;
  };
  return turns.map((turn) => ({
    ...turn,
    toolCalls: turn.toolCalls.map((call) => ({ ...call, id: linkOf(call.id) })),
    toolCallId: turn.toolCallId && linkOf(turn.toolCallId),
  }));
}
