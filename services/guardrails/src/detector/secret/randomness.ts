/** Shannon entropy of a text's characters, in bits per character. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** A capitalised word, a word, capitals, a number, or signs: what people put names together from. */
const PIECES = /[A-Z]?[a-z]+|[A-Z]+|\d+|[^A-Za-z0-9]+/g;

/** Pairs of letters that make up nine tenths of English text; chance hits one of them in four. */
const COMMON_PAIRS = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ' +
    'ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie ' +
    'wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab ' +
    'gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du ' +
    'ga qu ue ff ba ey ls va um pp up lu go ru ds pi ck ew mu br bi pt ui ob og ub dr rv ok my'
  ).split(' '),
);

/** Share of common pairs among the pairs of letters in a text: about 0.25 by chance, 0.7 and more in words; 0 without pairs. */
export function wordLikeness(text: string): number {
  let [pairs, common] = [0, 0];
  for (const [piece] of text.matchAll(PIECES)) {
    if (!/[A-Za-z]/.test(piece)) continue;
    for (let at = 0; at + 1 < piece.length; at++) {
      pairs += 1;
      if (COMMON_PAIRS.has(piece.slice(at, at + 2).toLowerCase())) common += 1;
    }
  }
  return pairs ? common / pairs : 0;
}

/** Mean length of the pieces that a text falls into: about 2 for random characters, 4 and more for names. */
export function pieceLength(text: string): number {
  return text.length / (text.match(PIECES)?.length ?? 1);
}

/**
 * Whether chance put the characters together, and not somebody who names things. At this limit 99 % of 12 random letters
 * and digits count, and 2 % of the names in code that mix kinds of characters.
 */
function looksRandom(text: string): boolean {
  return pieceLength(text) * (0.25 + wordLikeness(text)) <= 2.5;
}

/** How many of lower case, upper case, digits and signs occur; `-` and `_` only join, and do not count. */
export function kindsOfCharacters(text: string): number {
  return [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9_-]/].filter((kind) => kind.test(text)).length;
}

const PLACEHOLDER_PARTS = [
  ...[
    'example',
    'placeholder',
    'changeme',
    'change-me',
    'change_me',
    'redacted',
    'insert',
    'replace',
    'dummy',
    'sample',
  ],
  ...[
    'your-',
    'your_',
    'yourp',
    'yourt',
    'yours',
    'yourk',
    'youra',
    'my-secret',
    'my_secret',
    'mysecret',
    'xxxx',
    '****',
  ],
  ...['....', 'foobar', 'abcdef', '123456789', 'todo', 'undefined', 'null', 'secret-here', 'key-here', 'token-here'],
];

/** What stands in documentation where a secret will stand, and what code reads a secret from. */
export function isPlaceholder(value: string): boolean {
  const text = value.toLowerCase();
  if (/^[<[{(]|^%\w+%$|^\$[{(]|^\$[A-Z_][A-Z0-9_]*$|[>\]})]$/.test(value) || /^(.)\1*$/.test(value)) return true;
  return PLACEHOLDER_PARTS.some((part) => text.includes(part));
}

/** Names of code and of files: words of one case, or capitals, joined by signs. */
const NAME = /^([a-z]+|[A-Z]+|[A-Z][a-z]+|\d{1,4})([_\-/:.]([a-z]+|[A-Z]+|[A-Z][a-z]+|\d{1,4}))*$/;
const ADDRESS = /@[\w-]+\.\w|\w\.(com|org|net|io|dev)\b|:\/\//i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HEX = /^[0-9a-f]+$/i;
/** A hash with its algorithm, a short name before an id, a set of characters. */
const OTHER_FORMS = /^(sha\d+|md5|v?\d+)[-_:]|^[a-z]+-[0-9a-f]+$|a-z|A-Z|0-9/;
/** A path, a file, a name of more than two words. */
const PATH = /^\/|\.[a-z]{2,4}$|_[A-Za-z]+_[A-Za-z]+|[/.][a-z]{3,}\//;
/** Maple2024!, with or without a sign: how people make up passwords. */
const WORD_AND_NUMBER = /^[A-Z][a-z]{2,15}\d{3,6}[^A-Za-z0-9]{1,3}$/;

/** Whether a text can be a password: 8 to 64 characters that no name, date, address or placeholder is made of. */
export function looksLikePassword(value: string): boolean {
  // Names first: nearly everything is one, and they are cheap to see.
  if (value.length < 8 || value.length > 64 || NAME.test(value) || isPlaceholder(value)) return false;
  if (WORD_AND_NUMBER.test(value)) return true;
  if (ADDRESS.test(value) || UUID.test(value) || HEX.test(value) || OTHER_FORMS.test(value)) return false;
  const kinds = kindsOfCharacters(value);
  const oneCase = /^[^a-z]+$|^[^A-Z]+$/.test(value);
  return /[A-Za-z]/.test(value) && kinds >= 2 && (kinds > 2 || !oneCase || value.length >= 12) && looksRandom(value);
}

/** Whether a text can be a generated key: 16 characters or more, mixed as chance mixes them. */
export function looksLikeKey(value: string): boolean {
  const text = value.replace(/=+$/, '');
  if (text.length < 16 || !/\d/.test(text) || NAME.test(text) || ADDRESS.test(text) || UUID.test(text)) return false;
  if (isPlaceholder(text) || OTHER_FORMS.test(text) || PATH.test(text) || HEX.test(text)) return false;
  const slashes = text.split('/').length - 1;
  return entropy(text) >= 3.5 && looksRandom(text) && kindsOfCharacters(text) >= 2 && slashes <= text.length / 12;
}

/** A key in hex: 32 to 128 digits, of both kinds. */
export function looksLikeHexKey(value: string): boolean {
  return HEX.test(value) && /\d/.test(value) && /[a-f]/i.test(value) && entropy(value) >= 3;
}
