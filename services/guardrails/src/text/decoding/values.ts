/**
 * Whether a decoded run is a value rather than somebody's words. Chance hardly ever gives printable ASCII, so the form
 * alone decides here, and no checksum: detectors judge the value itself.
 */
export function readsAsValue(text: string): boolean {
  const value = text.trim();
  if (value.length < MIN_LENGTH || value.length > MAX_LENGTH || !PRINTABLE.test(value)) return false;
  if (FORMS.some((form) => form.test(value)) || (SECRET_NAME.test(value) && NAMED_SECRET.test(value))) return true;
  const digits = digitsIn(value);
  return digits >= MIN_DIGITS && NUMBER.test(value) && differentDigits(value) >= (digits < LONG_NUMBER ? 3 : 2);
}

const MIN_LENGTH = 6;
const MAX_LENGTH = 4_096;
const PRINTABLE = /^[\t\r\n\x20-\x7e]+$/;
/** As many as a social security number has. */
const MIN_DIGITS = 9;
/** Cards that everybody tries first are made of two digits. */
const LONG_NUMBER = 13;
const NUMBER = /^(?:[A-Za-z][A-Za-z ]{0,15}[:=#]? ?)?[+(]?\d(?:[ ./()-]{0,2}\d)*\)?(?:[ ,;|/].{0,40})?$/;

/** Each with what no benign data of programs has: an address, a known prefix, a password in a connection. */
const FORMS: readonly RegExp[] = [
  // An address for mail, alone or in a few words.
  /^(?:[^@]{0,60}[\s:<"'=(])?[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5}\.[A-Za-z]{2,24}(?:[\s>"',;)].{0,60})?$/,
  // An IBAN, and other numbers that begin with the letters of their country.
  /^[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}$/,
  // Four numbers with dots.
  /^(?:\d{1,3}\.){3}\d{1,3}$/,
  // Prefixes of keys and tokens, and whatever names itself as they do: `sk_live_`, `ghp_`, `xoxb-`.
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$|^AIza[\w-]{35}$|^(?:eyJ[\w-]{8,}\.){2}[\w-]*$|^(?:SG|ya29)\.[\w.-]{20,}$/,
  /^(?=[^\d]*\d)[a-z]{2,10}(?:[_-][a-z]{2,10}){0,3}[_-][A-Za-z0-9_-]{16,}$/,
  /-----BEGIN [A-Z ]{3,40}-----/,
  // A connection with a password.
  /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,64}:[^\s/@]{1,64}@\S{3,}$/,
  // Addresses of wallets.
  /^(?:0x[0-9a-fA-F]{40}|bc1[a-z0-9]{25,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34})$/,
];

/** A secret beside its name. Where no name is, nobody has to look at what may stand around one. */
const NAMES = 'password|passwd|pwd|secret|token|api_?key|access_?key';
const SECRET_NAME = new RegExp(NAMES, 'i');
const NAMED_SECRET = new RegExp(`(?:^|[\\s"'{,;&])[\\w.-]{0,24}(?:${NAMES})["']? ?[:=] ?["']?\\S{6,}`, 'i');

function digitsIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if (isDigit(text.charCodeAt(at))) count++;
  return count;
}

function differentDigits(text: string): number {
  let seen = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const bit = isDigit(unit) ? 1 << (unit - 0x30) : 0;
    if (bit && !(seen & bit)) count++;
    seen |= bit;
  }
  return count;
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}
