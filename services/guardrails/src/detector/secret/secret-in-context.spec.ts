import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scanner, scanWhole } from '../../filter/scanner.js';
import type { DetectorSpec } from '../detector.js';
import { secretDetectors } from './secret-catalogue.js';
import { contextualSecrets } from './secret-in-context.js';

const scanner = Scanner.compile(secretDetectors);
const PASSWORD = 'q7!Rw2-xKp9z';
const KEY = 'k9Vw2pQxZr7Lm4Tb8NcYh3Jd6FgSa5Eu';
const HEX = '0d1f3a5b7c9e2d4f6a8b0c1e3f5a7b9d';

function values(text: string): string[] {
  return scanWhole(scanner, text)
    .filter((match) => match.score >= 0.5)
    .map((match) => text.slice(match.start, match.end));
}

describe('secrets beside a word that names them', () => {
  it.each([
    ...[
      'PASSWORD=?',
      'DB_PASSWORD=?',
      'password = "?"',
      "password: '?'",
      '"password": "?"',
      'password := `?`',
      '--password ?',
      '-p password ?',
    ],
    ...[
      '<password>?</password>',
      'pwd=?;',
      'Passwort: ?',
      'mot de passe : ?',
      'la contraseña es ?',
      'password is ?.',
      '密码：?',
      'passphrase ?, please',
    ],
    ...[
      'user: root\npass: ?\nhost: x',
      'spring.datasource.password=?',
      'The new password (?) is valid',
      'password\t?',
      'My pw is "?"',
    ],
  ])('a password in %s', (form) => {
    expect(values(form.replace('?', PASSWORD))).toEqual([PASSWORD]);
  });

  it.each([
    ...[
      'API_KEY=?',
      'apiKey: "?"'.replace('apiKey', 'api_key'),
      'x-api-key: ?',
      '"client_secret": "?"',
      'secret = ?',
      'export MY_TOKEN=?',
      'token: ?.',
    ],
    ...[
      'accessToken = "?"'.replace('accessToken', 'access_token'),
      'my credentials are ?',
      'const secret = "?";',
      'auth_token=?&x=1',
      'Secret Key: ?',
    ],
  ])('a key in %s', (form) => {
    expect(values(form.replace('?', KEY))).toEqual([KEY]);
  });

  it.each(['DD_API_KEY=?', 'api key: ?', 'client_secret: "?"', 'TWILIO auth_token = ?', 'signing_secret=?'])(
    'a hex key in %s',
    (form) => {
      expect(values(form.replace('?', HEX))).toEqual([HEX]);
    },
  );

  it.each([
    ['commit ?', HEX],
    ['etag "?"', HEX],
    ['order ? was sent', KEY],
    ['the file ? is there', PASSWORD],
    ['md5 ?', HEX],
    [`password ${'.'.repeat(70)} ?`, PASSWORD],
  ])('nothing in %s', (form, value) => {
    expect(values(form.replace('?', value))).toEqual([]);
  });

  it.each([
    ...[
      'os.environ["DB_PASSWORD"]',
      'process.env.DB_PASSWORD',
      'getenv("SECRET_KEY_BASE")',
      '${DB_PASSWORD}',
      '$DB_PASSWORD',
      '%DB_PASSWORD%',
    ],
    ...[
      'config.get("database.password")',
      'your-password',
      '<your-password>',
      'YOUR_PASSWORD_HERE',
      'changeme',
      'ChangeMe123!',
      'xxxxxxxxxxxx',
    ],
    ...[
      '********',
      '************',
      '[REDACTED]',
      '(not set)',
      'null',
      'undefined',
      'example-password-1',
      'placeholder',
      '{{ db_password }}',
    ],
    ...[
      'input()',
      'getpass.getpass()',
      'hashPassword(user.password)',
      'vault("secret/data/app")',
      'secretKeyRef',
      'string().min(8)',
      'passwordHash',
    ],
    ...[
      'user_password_reset_token',
      'argon2id',
      'bcrypt',
      'required',
      'a-z, A-Z and 0-9',
      '2024-11-30',
      'lena@example.com',
      'https://example.com/reset',
    ],
  ])('nothing in password = %s', (value) => {
    expect(values(`password = ${value}`)).toEqual([]);
    expect(values(`secret_key: ${value}`)).toEqual([]);
  });

  it('is named by the form that its issuer gave it, where it has one', () => {
    const token = `ghp_${KEY}abcd`;
    const matches = scanWhole(scanner, `GITHUB_TOKEN=${token}`).filter((match) => match.score >= 0.5);
    expect(matches.map((match) => match.detector.id)).toEqual(['secret.github_token']);
  });
});

/** Everything that could be one by its characters and its length: what the patterns leave out, nobody would take for one. */
const WIDEST: Readonly<Record<string, string>> = {
  'secret.password': String.raw`[A-Za-z0-9!#$%&*+\-?@^_~]{8,}`,
  'secret.generic_key': String.raw`[A-Za-z0-9_\-+/~]{8,}(\.[A-Za-z0-9_\-+/~]+){0,3}={0,2}`,
};

describe('what ordinary words do not cost', () => {
  const specs = contextualSecrets.filter(({ id }) => id in WIDEST);
  const judging = (read: string[], patterns: typeof WIDEST = {}) =>
    Scanner.compile(
      specs.map((spec): DetectorSpec => ({
        ...spec,
        pattern: patterns[spec.id] ?? spec.pattern,
        validate: (value) => read.push(value) > 0 && spec.validate!(value),
      })),
    );

  it('no word in lower case, of less than 16 letters, is judged', () => {
    const read: string[] = [];
    scanWhole(judging(read), 'the password understanding, a token: administration; nevertheless');
    expect(read).toEqual([]);
  });

  it('the same is found as by the widest patterns', () => {
    const narrow = judging([]);
    const wide = judging([], WIDEST);
    const part = fc.constantFrom(
      'a',
      'kq',
      'w',
      'Z',
      'X7',
      '9',
      '!',
      '.',
      '=',
      '-',
      '/',
      ' ',
      'q7!Rw2-xKp9z',
      KEY,
      'plainword',
    );
    let found = 0;
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 24 }), (parts) => {
        const text = `password ${parts.join('')}`;
        const seen = (using: Scanner) =>
          scanWhole(using, text).map(({ detector: { id }, start, end }) => [id, start, end]);
        const expected = seen(wide);
        found += expected.length;
        expect(seen(narrow)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(50);
  });
});
