import { viewsOf } from '../../src/text/views-of.js';

/** The text as the classifiers read it: the folded view that the service makes. */
export function foldedOf(text: string): string {
  return viewsOf(text).folded.text;
}
