import { CharSet, DIGIT, LETTER } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { isPlaceholder, looksLikeKey } from './randomness.js';
import { BASE64, secret, TOKEN } from './secret-spec.js';

const DASH = CharSet.of([45, 45]);
/** Lines of a key: base64, line ends, and line ends that are written as \n in JSON. */
const KEY_LINES = LETTER.union(DIGIT).union(
  CharSet.of([9, 10], [13, 13], [43, 43], [45, 45], [47, 47], [61, 61], [92, 92]),
);
/** The same where lines are indented, or headers stand above. */
const KEY_TEXT = KEY_LINES.union(CharSet.of([32, 32], [44, 44], [58, 58]));
const BEGIN = String.raw`-----BEGIN ([A-Z0-9]{2,12} ){0,2}PRIVATE KEY( BLOCK)?-----`;
const BREAK = String.raw`(\\r|\\n|[\r\n])`;
/** What follows a database's host in a URL; a full stop is left to its sentence. */
const URL_REST = TOKEN.union(CharSet.of([35, 35], [37, 38], [43, 43], [47, 47], [58, 58], [61, 61], [63, 63]));

/** JWT and JWE: a header in JSON that names its algorithm. */
export function isJwt(value: string): boolean {
  const header = Buffer.from(value.split('.')[0]!, 'base64url').toString('utf8');
  return /^\s*\{.*"alg"\s*:\s*"[^"]*".*\}\s*$/s.test(header);
}

/** `user:password@`, whose password is no placeholder. */
function hasPassword(value: string): boolean {
  const password = /:\/\/[^:]*:(.*)@/s.exec(value)?.[1] ?? '';
  if (isPlaceholder(password)) return false;
  return !/^(pass(word|wd)?|pwd|secret|user|root|admin|test|postgres|guest|token)$/i.test(password);
}

function isBasicAuthorization(value: string): boolean {
  const plain = Buffer.from(value.slice(value.lastIndexOf(' ') + 1), 'base64').toString('latin1');
  return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(plain);
}

function isBearer(value: string): boolean {
  const token = value.slice(value.lastIndexOf(' ') + 1);
  return looksLikeKey(token) || isJwt(token) || (/^[0-9a-f-]{32,}$/i.test(token) && /\d/.test(token));
}

/** A URL before its password is one like any other; digits behind a colon are a port. */
const beginsPassword = (value: string): boolean => /:\/\/[^\s:/@]*:(?!\d{0,5}$)./.test(value);

/** The user's name is there, and what comes next is the password. */
function beginsBasicAuthorization(value: string): boolean {
  return /^[\x20-\x7e]+:/.test(Buffer.from(value.slice(value.lastIndexOf(' ') + 1), 'base64').toString('latin1'));
}

const beginsBearer = (value: string): boolean => /\d/.test(value);

/** Keeps what names the secret, up to and with `sign`. */
const after =
  (sign: string) =>
  (value: string): string =>
    `${value.slice(0, value.indexOf(sign) + 1)}[SECRET]`;

const USER_AND_PASSWORD = String.raw`[^\s:@/"'<>` + '`' + String.raw`]{0,64}:[^\s@/"'<>` + '`' + String.raw`]{1,96}@`;
const HOST = String.raw`[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*`;
/** A replica set names several hosts. */
const HOSTS = String.raw`${HOST}(:\d{1,5})?(,${HOST}(:\d{1,5})?)*`;

/** Credentials with a grammar: keys in PEM, tokens in JSON, secrets in URLs and headers. */
export const structuredSecrets: readonly DetectorSpec[] = [
  secret('jwt', String.raw`eyJ[A-Za-z0-9_\-]{8,}\.\.?[A-Za-z0-9_\-]{4,}(\.[A-Za-z0-9_\-]{4,}){0,3}`, {
    maxLength: 1024,
    tail: TOKEN,
    validate: isJwt,
  }),
  secret('private_key', `${BEGIN}${BREAK}{0,2}[A-Za-z0-9+/=]{10}`, {
    notAfter: DASH,
    maxLength: 80,
    tail: KEY_LINES,
  }),
  // Where lines are indented or headed, spaces belong to the key: the rest goes up to the first sign that no key has.
  secret(
    'private_key_indented',
    String.raw`${BEGIN}${BREAK}{0,2}([ \t]{1,32}[A-Za-z0-9+/=]{10}|[A-Z][A-Za-z\-]{2,16}: )`,
    {
      entity: 'PRIVATE_KEY',
      notAfter: DASH,
      maxLength: 112,
      tail: KEY_TEXT,
    },
  ),
  secret('private_key_end', String.raw`-----END ([A-Z0-9]{2,12} ){0,2}PRIVATE KEY( BLOCK)?-----`, {
    entity: 'PRIVATE_KEY',
    notAfter: CharSet.of(),
    maxLength: 70,
    score: 0.9,
  }),
  secret('putty_key', String.raw`Private-Lines: \d{1,3}${BREAK}{1,2}[A-Za-z0-9+/=]{10}`, {
    entity: 'PRIVATE_KEY',
    maxLength: 40,
    tail: KEY_LINES,
  }),
  secret(
    'connection_string',
    `(jdbc:)?(postgres(ql)?|mysql|mariadb|mssql|sqlserver|mongodb|rediss?|amqps?|kafka|nats|ldaps?|smtps?|s?ftp|clickhouse|cockroachdb)` +
      String.raw`(\+[a-z0-9]{2,12})?://${USER_AND_PASSWORD}${HOSTS}`,
    { ignoreCase: true, maxLength: 256, validate: hasPassword, validateBeginning: beginsPassword, tail: URL_REST },
  ),
  secret('basic_auth_url', `https?://${USER_AND_PASSWORD}${HOST}`, {
    ignoreCase: true,
    maxLength: 256,
    validate: hasPassword,
    validateBeginning: beginsPassword,
    tail: URL_REST,
  }),
  secret('authorization_bearer', String.raw`Bearer [A-Za-z0-9_\-+/~]{8,}(\.[A-Za-z0-9_\-+/~]+)*={0,2}`, {
    ignoreCase: true,
    maxLength: 512,
    validate: isBearer,
    validateBeginning: beginsBearer,
    tail: BASE64,
    score: 0.9,
    replacement: 'Bearer [SECRET]',
  }),
  secret('authorization_basic', 'Basic [A-Za-z0-9+/]{8,}={0,2}', {
    ignoreCase: true,
    maxLength: 256,
    notBefore: BASE64,
    validate: isBasicAuthorization,
    validateBeginning: beginsBasicAuthorization,
    score: 0.9,
    replacement: 'Basic [SECRET]',
  }),
  secret('azure_storage_key', 'Account ?Key=[A-Za-z0-9+/]{40}', {
    ignoreCase: true,
    tail: BASE64,
    replacement: after('='),
  }),
  secret('azure_shared_access', 'SharedAccess(Key|Signature)=[A-Za-z0-9+/%]{32}', {
    ignoreCase: true,
    tail: BASE64.union(CharSet.of([37, 38])),
    replacement: after('='),
  }),
  secret('azure_sas', '[?&]sig=[A-Za-z0-9+/%]{40}', {
    notAfter: CharSet.of(),
    tail: BASE64.union(CharSet.of([37, 37])),
    replacement: after('='),
  }),
  secret('azure_client_secret', String.raw`[A-Za-z0-9_~.\-]{3}\dQ~[A-Za-z0-9_~.\-]{31}`, {
    tail: TOKEN.union(CharSet.of([126, 126])),
  }),
];
