import type { Match } from '../detector-slot.js';
import { byPlace, type Scanner } from '../scanner.js';
import type { StreamFilter } from '../stream-filter.js';
import { StreamScanner } from '../stream-scanner.js';
import type { Pace } from './work-turns.js';

/** Of the worst text that we know, so many units take about a millisecond. */
const PIECE_UNITS = 256;

/**
 * What a filter gives for a piece of any length, and how it stands afterwards: the same as by one `push`.
 * @throws WeirError why the signal of the pace aborted; the filter is dropped then.
 */
export async function pushPaced(filter: StreamFilter, text: string, pace: Pace): Promise<string> {
  let released = '';
  try {
    for (let at = 0; at < text.length; at += PIECE_UNITS) {
      released += filter.push(text.slice(at, at + PIECE_UNITS));
      if (pace.isOver) await pace.turn();
    }
  } catch (error) {
    filter.drop();
    throw error;
  }
  return released;
}

/**
 * What `scanWhole` finds.
 * @throws WeirError why the signal of the pace aborted.
 */
export async function scanPaced(scanner: Scanner, text: string, pace: Pace): Promise<Match[]> {
  if (!scanner.slots.length) return [];
  const stream = new StreamScanner(scanner);
  for (let at = 0; at < text.length; at += PIECE_UNITS) {
    stream.push(text.slice(at, at + PIECE_UNITS));
    stream.forgetBefore(stream.decidedTo);
    if (pace.isOver) await pace.turn();
  }
  stream.end();
  return stream.takeMatches().sort(byPlace);
}
