export interface TinyVocabulary {
  readonly tokens: readonly string[];
  /** As GGUF counts them: 1 = text, 3 = control. */
  readonly types: readonly number[];
  /** Pairs that become one token, first ones first. */
  readonly merges: readonly string[];
  readonly ids: { readonly endOfText: number; readonly start: number; readonly end: number };
}

/** Type of a token that stands for text, as GGUF counts them. */
export const TEXT = 1;
const CONTROL_TYPE = 3;
const SIZE = 512;
const CONTROL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const;

/** Words whose beginnings become tokens, frequent ones first. */
const WORDS = (
  'the of and to in that is was for it with as his on be at by this had not are but from or have an they which one you ' +
  'were her all she there would their we him been has when who will more no if out so said what up its about into than ' +
  'them can only other new some could time these two may then do first any my now such like our over man me even most ' +
  'made after also did many before must through back years where much your way well down should because each just those ' +
  'people how too little state good very make world still own see men work long get here between both life being under ' +
  'never day same another know while last might us great old year off come since against go came right used take three'
).split(' ');

/** A byte-level vocabulary: one token per byte, merged beginnings of common words, and the three tokens of ChatML. */
export function tinyVocabulary(): TinyVocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => byteToken(byte));
  const { merged, merges } = mergedTokens(new Set(bytes), SIZE - bytes.length - CONTROL.length);
  const text = [...bytes, ...merged];
  return {
    tokens: [...text, ...CONTROL],
    types: [...text.map(() => TEXT), ...CONTROL.map(() => CONTROL_TYPE)],
    merges,
    ids: { endOfText: text.length, start: text.length + 1, end: text.length + 2 },
  };
}

/** Whether a token is made of printable ASCII only. */
export function isPrintable(token: string): boolean {
  return /^[Ġ!-~]+$/.test(token);
}

function mergedTokens(known: Set<string>, count: number): { merged: string[]; merges: string[] } {
  const merged: string[] = [];
  const merges: string[] = [];
  for (const word of WORDS.map((plain) => `Ġ${plain}`)) {
    for (let end = 2; end <= word.length && merged.length < count; end += 1) {
      const token = word.slice(0, end);
      if (known.has(token)) continue;
      known.add(token);
      merged.push(token);
      merges.push(`${word.slice(0, end - 1)} ${word.slice(end - 1, end)}`);
    }
  }
  return { merged, merges };
}

/** GPT-2's printable stand-in for a byte: itself where it is printable, the next free code point from 256 otherwise. */
function byteToken(byte: number): string {
  if (isOwnCharacter(byte)) return String.fromCodePoint(byte);
  const before = Array.from({ length: byte }, (_, other) => other).filter((other) => !isOwnCharacter(other));
  return String.fromCodePoint(256 + before.length);
}

function isOwnCharacter(byte: number): boolean {
  return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
}
