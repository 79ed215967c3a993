import { CharSet, DIGIT, LETTER, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { entropy, looksLikeHexKey, looksLikeKey, looksLikePassword } from './randomness.js';
import { BASE64, secret, TOKEN } from './secret-spec.js';

/** Prefixes that have a detector of their own. */
const OWN_FORM =
  /^(gh[pousr]_|github_pat_|gl(pat|oas|dt|rt)-|xox|xapp-|sk[-_]|rk_|whsec_|SG\.|npm_|pypi-|dckr_|hf_|AIza|GOCSPX|ya29|AKIA|ASIA|eyJ|hv[sbr]\.|dapi|weir_|0x|bc1|lin_|ntn_|glc_|glsa_|shp)/;

const password = (value: string): boolean => looksLikePassword(value) && !OWN_FORM.test(value);
const key = (value: string): boolean => looksLikeKey(value) && !OWN_FORM.test(value);
const hexKey = (value: string): boolean => looksLikeHexKey(value);

/** 40 characters of base64 that are no SHA-1. */
function isAwsSecret(value: string): boolean {
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && entropy(value) >= 4;
}

const PASSWORD_SIGNS = CharSet.of([33, 33], [35, 38], [42, 43], [45, 45], [63, 64], [94, 95], [126, 126]);
const PASSWORD_CHARS = LETTER.union(DIGIT).union(PASSWORD_SIGNS);
const KEY_CHARS = BASE64.union(CharSet.of([46, 46], [126, 126]));
/** `=` may stand before a key, and a full stop behind it. */
const BEFORE_KEY = TOKEN.union(CharSet.of([43, 43], [46, 47], [126, 126]));
const BEHIND_KEY = TOKEN.union(CharSet.of([43, 43], [47, 47], [61, 61], [126, 126]));

const PASSWORD_WORDS = [
  ...[
    'password',
    'passwords',
    'passwd',
    'pwd',
    'pass',
    'passphrase',
    'passcode',
    'pw',
    'userpass',
    'dbpassword',
    'mypassword',
  ],
  ...['passwort', 'kennwort', 'mot de passe', 'mdp', 'contraseña', 'clave', 'senha', 'wachtwoord', 'hasło', 'lösenord'],
  ...['parola', 'salasana', 'пароль', 'şifre', 'パスワード', '密码', 'masterpassword', 'rootpassword', 'adminpassword'],
];
const KEY_WORDS = [
  ...[
    'secret',
    'secrets',
    'token',
    'api key',
    'api-key',
    'api_key',
    'apikey',
    'access key',
    'access-key',
    'access_key',
    'accesskey',
  ],
  ...[
    'secret key',
    'secret_key',
    'secretkey',
    'client secret',
    'client_secret',
    'clientsecret',
    'auth token',
    'auth_token',
  ],
  ...[
    'authtoken',
    'access token',
    'access_token',
    'accesstoken',
    'refresh token',
    'refresh_token',
    'refreshtoken',
    'private key',
  ],
  ...[
    'private_key',
    'privatekey',
    'signing key',
    'signing_key',
    'encryption key',
    'encryption_key',
    'credential',
    'credentials',
  ],
  ...[
    'auth key',
    'auth_key',
    'authkey',
    'x-api-key',
    'bearer token',
    'license key',
    'webhook secret',
    'session key',
    'app secret',
  ],
];
const HEX_WORDS = [
  ...[
    'api key',
    'api-key',
    'api_key',
    'apikey',
    'secret key',
    'secret_key',
    'secretkey',
    'client secret',
    'client_secret',
  ],
  ...[
    'clientsecret',
    'auth token',
    'auth_token',
    'authtoken',
    'account key',
    'app key',
    'app_key',
    'application key',
    'appkey',
  ],
  ...[
    'datadog',
    'dd_api_key',
    'twilio',
    'signing secret',
    'signing_secret',
    'private_key_id',
    'encryption key',
    'encryption_key',
  ],
  ...['master key', 'master_key', 'x-api-key', 'access token', 'access_token', 'hmac'],
];

const PASSWORD_CHAR = String.raw`[A-Za-z0-9!#$%&*+\-?@^_~]`;
/** Eight characters or more, not all of them lower case: most words are over before anybody judges them. */
const PASSWORD = Array.from({ length: 8 }, (_, lower) => {
  const before = lower === 7 ? '[a-z]{7,}' : `[a-z]{${lower}}`;
  return String.raw`${before}[A-Z0-9!#$%&*+\-?@^_~]${PASSWORD_CHAR}{${7 - lower},}`;
}).join('|');

const KEY_CHAR = String.raw`[A-Za-z0-9_\-+/~]`;
/** Sixteen characters or more, where no full stop is among them. */
const KEY = String.raw`(${KEY_CHAR}{16,}|${KEY_CHAR}{8,}(\.${KEY_CHAR}+){1,3})={0,2}`;

/** Credentials without a form of their own: chance in the characters, and a word before them that says what they are. */
export const contextualSecrets: readonly DetectorSpec[] = [
  secret('password', PASSWORD, {
    maxLength: 64,
    notAfter: PASSWORD_CHARS,
    notBefore: PASSWORD_CHARS,
    validate: password,
    words: PASSWORD_WORDS,
  }),
  secret('generic_key', KEY, {
    maxLength: 128,
    notAfter: BEFORE_KEY,
    notBefore: BEHIND_KEY,
    validate: key,
    words: KEY_WORDS,
  }),
  secret('hex_key', '[0-9a-fA-F]{32,}', {
    maxLength: 128,
    notBefore: WORD,
    validate: hexKey,
    words: HEX_WORDS,
  }),
  secret('aws_secret_key', '[A-Za-z0-9+/]{40}', {
    maxLength: 40,
    notAfter: KEY_CHARS.union(CharSet.of([64, 64])),
    notBefore: KEY_CHARS,
    validate: isAwsSecret,
    words: [
      'aws',
      'aws_secret_access_key',
      'secret access key',
      'secret_access_key',
      'secretaccesskey',
      'aws secret',
      'amazon',
    ],
  }),
  secret('heroku_uuid_key', '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}', {
    entity: 'HEROKU_KEY',
    maxLength: 36,
    notBefore: TOKEN,
    words: ['heroku', 'heroku_api_key', 'heroku api key'],
  }),
  secret('cloudflare_token', String.raw`[A-Za-z0-9_\-]{40}`, {
    maxLength: 40,
    notBefore: TOKEN,
    validate: key,
    words: ['cloudflare', 'cloudflare_api_token', 'cf_api_token'],
  }),
  secret('vault_legacy_token', String.raw`s\.[A-Za-z0-9]{24}`, {
    entity: 'VAULT_TOKEN',
    maxLength: 26,
    notBefore: WORD,
    words: ['vault', 'vault_token', 'hashicorp', 'x-vault-token'],
  }),
];
