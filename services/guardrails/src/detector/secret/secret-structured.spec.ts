import { describe, expect, it } from 'vitest';
import { Scanner, scanWhole } from '../../filter/scanner.js';
import { secretDetectors } from './secret-catalogue.js';
import { isJwt } from './secret-structured.js';

const scanner = Scanner.compile(secretDetectors);
/** Looks random, and is the same in every run. */
const RANDOM = 'k9Vw2pQxZr7Lm4Tb8NcYh3Jd6FgSa5EuXo1WqKvRiMtPzBy';

/** The text as it leaves a filter that masks. */
function masked(text: string): string {
  let left = '';
  let at = 0;
  for (const { detector, start, end, value, score } of scanWhole(scanner, text)) {
    if (score < 0.5 || end <= at) continue;
    const { replacement } = detector;
    if (start >= at)
      left += text.slice(at, start) + (typeof replacement === 'function' ? replacement(value) : replacement);
    at = end;
  }
  return left + text.slice(at);
}

describe('URLs with a password in them', () => {
  it.each([
    ...[
      'postgres://app:S3cr3tPw@db:5432/app',
      'postgresql+psycopg2://app:S3cr3tPw@db.example.com/app',
      'mysql://root:S3cr3tPw@127.0.0.1',
    ],
    ...[
      'mongodb+srv://app:S3cr3tPw@cluster0.ab1cd.mongodb.net/?retryWrites=true',
      'redis://:S3cr3tPw@cache:6379/0',
      'amqps://a:S3cr3tPw@mq/v',
    ],
    ...[
      'rediss://default:S3cr3tPw@cache.example.com:6380',
      'sqlserver://sa:S3cr3tPw@host:1433',
      'ftp://lena:S3cr3tPw@files.example.com/x',
    ],
    ...[
      'jdbc:postgresql://app:S3cr3tPw@db/app',
      'https://lena:S3cr3tPw@example.com/private?x=1#y',
      'http://:S3cr3tPw@example.com',
    ],
    ...[
      'postgres://app:p%40ss%3Aw0rd@db/app',
      'mongodb://a:S3cr3tPw@h1:27017,h2.example.com:27017/x',
      'ldap://cn=admin:S3cr3tPw@ldap.example.com',
      'SFTP://lena:S3cr3tPw@host/x',
    ],
  ])('%s disappears as a whole', (url) => {
    expect(masked(`Connect to ${url}, then go on.`)).toBe('Connect to [SECRET], then go on.');
    expect(masked(`DATABASE_URL="${url}"`)).toBe('DATABASE_URL="[SECRET]"');
  });

  it.each([
    ...[
      'postgres://db:5432/app',
      'postgres://app@db/app',
      'https://example.com:8080/a@b',
      'postgres://user:password@db',
      'redis://:<password>@h',
    ],
    ...[
      'mysql://root:${DB_PASSWORD}@db',
      'https://user:pass@example.com',
      'mongodb://admin:****@host',
      'amqp://guest:guest@localhost',
    ],
  ])('%s stays', (url) => {
    expect(masked(`Connect to ${url} now`)).toBe(`Connect to ${url} now`);
  });
});

describe('headers', () => {
  it.each([
    [`Authorization: Bearer ${RANDOM}`, 'Authorization: Bearer [SECRET]'],
    [`curl -H 'authorization: bearer ${RANDOM.slice(0, 20)}.${RANDOM}'`, "curl -H 'authorization: Bearer [SECRET]'"],
    [`{"Authorization":"Bearer 0d1f3a5b7c9e0d1f3a5b7c9e0d1f3a5b"}`, `{"Authorization":"Bearer [SECRET]"}`],
    ['Authorization: Basic bGVuYTpTM2NyM3RQdw==', 'Authorization: Basic [SECRET]'],
    ['Basic research is the bearer of fruit', 'Basic research is the bearer of fruit'],
    ['The bearer authentication-scheme', 'The bearer authentication-scheme'],
    ['Bearer YOUR_ACCESS_TOKEN_HERE_1234', 'Bearer YOUR_ACCESS_TOKEN_HERE_1234'],
    ['Basic understanding', 'Basic understanding'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });
});

describe('cloud connection strings', () => {
  it.each([
    [`AccountName=x;AccountKey=${RANDOM}${RANDOM.slice(0, 39)}==;End=y`, 'AccountName=x;AccountKey=[SECRET];End=y'],
    [`Endpoint=sb://x/;SharedAccessKey=${RANDOM.slice(0, 43)}=`, 'Endpoint=sb://x/;SharedAccessKey=[SECRET]'],
    [`?sv=2022-11-02&sp=r&sig=${RANDOM}%3D end`, '?sv=2022-11-02&sp=r&sig=[SECRET] end'],
    ['?sig=short&x=1', '?sig=short&x=1'],
    ['AccountKey=your-key', 'AccountKey=your-key'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });
});

describe('private keys', () => {
  const lines = [RANDOM + RANDOM.slice(0, 17), RANDOM.slice(3) + RANDOM.slice(0, 20), `${RANDOM.slice(0, 20)}==`];
  const block = (kind: string, headers: readonly string[] = []): string =>
    [`-----BEGIN ${kind}-----`, ...headers, ...lines, `-----END ${kind}-----`].join('\n');

  it.each([
    'RSA PRIVATE KEY',
    'PRIVATE KEY',
    'EC PRIVATE KEY',
    'DSA PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
  ])('a block of kind %s disappears, and the text around it stays', (kind) => {
    expect(masked(`See:\n${block(kind)}\nThis stays.`)).toMatch(/^See:\n(\[SECRET\])+\nThis stays\.$/);
  });

  it('without its end the block disappears as far as it goes', () => {
    const cut = block('RSA PRIVATE KEY').slice(0, 120);
    expect(masked(`See:\n${cut}`)).toBe('See:\n[SECRET]');
  });

  it.each([
    ['indented', block('PRIVATE KEY').replaceAll('\n', '\n      ')],
    ['in one line', block('PRIVATE KEY').replaceAll('\n', ' ')],
    ['in JSON', block('PRIVATE KEY').replaceAll('\n', String.raw`\n`)],
    ['encrypted', block('RSA PRIVATE KEY', ['Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,0D1F3A5B7C9E', ''])],
    ['of PGP', block('PGP PRIVATE KEY BLOCK', ['Version: GnuPG v2', ''])],
    ['of PuTTY', `Private-Lines: 3\n${lines.join('\n')}`],
  ])('%s: no line of it is left', (_, key) => {
    const left = masked(`{"k": "${key}"}`);
    for (const line of lines) expect(left).not.toContain(line.slice(0, 8));
    expect(left.startsWith('{"k": "[SECRET]')).toBe(true);
  });

  it.each(['-----BEGIN PUBLIC KEY-----', '-----BEGIN CERTIFICATE-----', '-----BEGIN PGP MESSAGE-----'])(
    '%s stays',
    (begin) => {
      const text = `${begin}\n${lines.join('\n')}`;
      expect(masked(text)).toBe(text);
    },
  );
});

describe('tokens in JSON', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = part({ alg: 'RS256', typ: 'JWT', kid: 'k1' });

  it('knows a header that names its algorithm', () => {
    expect(isJwt(`${header}.x.y`)).toBe(true);
    expect(isJwt(`${part({ typ: 'JWT' })}.x.y`)).toBe(false);
    expect(isJwt('eyJhbGciOi.x.y')).toBe(false);
  });

  it.each([
    ['signed', `${header}.${part({ sub: 'lena', scope: 'read' })}.${RANDOM}`],
    ['unsigned', `${part({ alg: 'none' })}.${part({ sub: 'lena' })}`],
    [
      'encrypted',
      `${part({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.${RANDOM}.${RANDOM.slice(0, 16)}.${RANDOM}.${RANDOM.slice(0, 22)}`,
    ],
    [
      'encrypted with the key itself',
      `${part({ alg: 'dir', enc: 'A256GCM' })}..${RANDOM.slice(0, 16)}.${RANDOM}.${RANDOM.slice(0, 22)}`,
    ],
  ])('a %s one disappears up to its full stop', (_, token) => {
    expect(masked(`The token is ${token}.`)).toBe('The token is [SECRET].');
  });

  it('lets nothing of the claims of a long one through', () => {
    const claims = part({ sub: 'lena', groups: Array.from({ length: 200 }, (_, index) => `group-${index}`) });
    const left = masked(`${header}.${claims}.${RANDOM} end`);
    expect(left.startsWith('[SECRET]')).toBe(true);
    expect(left).not.toContain(claims.slice(-40));
  });
});
