/** How a vocabulary spells bytes: as GPT-2's letters, as SentencePiece's blocks, or not at all. */
export type Spelling = 'bytes' | 'pieces' | 'text';

const BYTE_PIECE = /^<0x([0-9A-Fa-f]{2})>$/;
const SPACE_PIECE = /\u2581/g;
const BYTE_LETTERS = byteLetters();

/** The bytes that a token stands for. */
export function tokenBytes(spelled: string, spelling: Spelling): readonly number[] {
  if (spelling === 'bytes') return lettersToBytes(spelled);
  if (spelling === 'text') return [...Buffer.from(spelled)];
  const byte = BYTE_PIECE.exec(spelled)?.[1];
  return byte ? [Number.parseInt(byte, 16)] : [...Buffer.from(spelled.replace(SPACE_PIECE, ' '))];
}

// Added tokens are spelled as plain text; a letter that is none of the table's shows that.
function lettersToBytes(spelled: string): readonly number[] {
  const bytes = [...spelled].map((letter) => BYTE_LETTERS.get(letter));
  return bytes.every((byte) => byte !== undefined) ? bytes : [...Buffer.from(spelled)];
}

/** GPT-2's letters for bytes: printable ones stand for themselves, the others for letters from U+0100 on. */
function byteLetters(): ReadonlyMap<string, number> {
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    letters.set(String.fromCodePoint(printable ? byte : next++), byte);
  }
  return letters;
}
