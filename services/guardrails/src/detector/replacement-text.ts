import { z } from 'zod';

/** Nothing, spaces, digits and what stands between the parts of values could join two neighbours into another value. */
const SEPARATES = /[^\s\p{C}\p{N}\p{Pd}._/,:;@+&=%'’]/u;

/** What a policy puts in the place of a value; something in it separates its neighbours. */
export const separatingText = z
  .string()
  .max(200)
  .regex(SEPARATES, 'would join what stands around it: put a letter, a bracket or a star into it');

/** The same for values of streams: it must not end a JSON string that the value stood in. */
export const replacementText = separatingText.regex(
  /^[^"\\\p{Cc}]*$/u,
  'holds quotes, backslashes or control characters',
);
