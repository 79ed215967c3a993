import { fakeSource } from '@weir/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scanner, scanWhole } from '../../filter/scanner.js';
import { secretDetectors } from './secret-catalogue.js';

const THRESHOLD = 0.5;
const scanner = Scanner.compile(secretDetectors);
const { random } = fakeSource({ seed: 7 });

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const MIXED = `${LOWER}${LOWER.toUpperCase()}0123456789`;
const hex = (length: number): string => some(length, '0123456789abcdef');
const some = (length: number, alphabet = MIXED): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What counts in a text, as `id value`. */
function found(text: string): string[] {
  const matches = scanWhole(scanner, text).filter((match) => match.score >= THRESHOLD);
  return matches.map((match) => `${match.detector.id.slice('secret.'.length)} ${text.slice(match.start, match.end)}`);
}

const uuid = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const jwt = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64({ sub: '1', name: 'Lena' })}.${some(43)}`;
const pem = (kind: string): string =>
  `-----BEGIN ${kind}-----\n${some(64)}\n${some(64)}\n${some(22)}==\n-----END ${kind}-----`;

/** By detector: words before, value, words behind. Values are put together here, so that no scanner takes them for real. */
const examples: readonly (readonly [id: string, before: string, value: string, behind?: string])[] = [
  ['aws_access_key', 'AWS_KEY=', `AKIA${some(16, 'ABCDEFGHIJ234567')}`, ' x'],
  ['github_token', 'GITHUB_TOKEN=', `ghp_${some(36)}`, '.'],
  ['github_fine_grained_token', 'use ', `github_pat_${some(22)}_${some(59)}`, '.'],
  ['gitlab_token', '', `glpat-${some(20)}`, '.'],
  ['slack_token', 'is ', `xoxb-${some(11, '123')}-${some(12, '123')}-${some(24)}`, '.'],
  ['slack_token', 'is ', `xapp-1-A${some(10, 'ABC123')}-${some(13, '123')}-${hex(64)}`, '.'],
  ['slack_webhook', 'to ', `https://hooks.slack.com/services/T${some(8, 'AB1')}/B${some(8, 'AB1')}/${some(24)}`, '.'],
  ['stripe_key', 'STRIPE_KEY=', `sk_live_${some(24)}`, ';'],
  ['stripe_key', 'use ', `whsec_${some(32)}`, '.'],
  ['twilio_key', 'sid ', `SK${hex(32)}`, '.'],
  ['sendgrid_key', 'key ', `SG.${some(22)}.${some(43)}`, '.'],
  ['mailgun_key', 'use ', `key-${hex(32)}`, '.'],
  ['mailchimp_key', 'use ', `${hex(32)}-us14`, '.'],
  ['npm_token', '_authToken=', `npm_${some(36)}`, ''],
  ['pypi_token', 'use ', `pypi-AgEIcHlwaS5vcmc${some(60)}`, '.'],
  ['rubygems_key', 'use ', `rubygems_${hex(48)}`, '.'],
  ['docker_token', 'use ', `dckr_pat_${some(27)}`, '.'],
  ['hugging_face_token', 'use ', `hf_${some(34, LOWER)}`, '.'],
  ['openai_key', 'use ', `sk-${some(48)}`, '.'],
  ['openai_key', 'use ', `sk-proj-${some(40)}_${some(40)}`, '.'],
  ['anthropic_key', 'use ', `sk-ant-api03-${some(80)}`, '.'],
  ['openrouter_key', 'use ', `sk-or-v1-${hex(64)}`, '.'],
  ['groq_key', 'use ', `gsk_${some(52)}`, '.'],
  ['replicate_token', 'use ', `r8_${some(37)}`, '.'],
  ['perplexity_key', 'use ', `pplx-${some(48)}`, '.'],
  ['xai_key', 'use ', `xai-${some(80)}`, '.'],
  ['google_key', 'key=', `AIza${some(35)}`, ' '],
  ['google_oauth', 'use ', `GOCSPX-${some(28)}`, '.'],
  ['digitalocean_token', 'use ', `dop_v1_${hex(64)}`, '.'],
  ['heroku_key', 'use ', `HRKU-${uuid}`, '.'],
  ['shopify_token', 'use ', `shpat_${hex(32)}`, '.'],
  ['square_token', 'use ', `sq0atp-${some(22)}`, '.'],
  ['telegram_token', 'bot', `123456789:AA${some(33)}`, '.'],
  ['discord_token', 'use ', `${Buffer.from('812345678901234567').toString('base64')}.${some(6)}.${some(38)}`, ' '],
  ['discord_webhook', 'to ', `https://discord.com/api/webhooks/812345678901234567/${some(68)}`, '.'],
  ['new_relic_key', 'use ', `NRAK-${some(27, 'ABC123')}`, '.'],
  ['linear_key', 'use ', `lin_api_${some(40)}`, '.'],
  ['notion_token', 'use ', `ntn_${some(46)}`, '.'],
  ['vault_token', 'use ', `hvs.${some(90)}`, '.'],
  ['terraform_token', 'use ', `${some(14)}.atlasv1.${some(67)}`, '.'],
  ['databricks_token', 'use ', `dapi${hex(32)}-2`, '.'],
  ['cloudflare_key', 'use ', `v1.0-${hex(24)}-${hex(146)}`, '.'],
  ['grafana_token', 'use ', `glsa_${some(32)}_${hex(8)}`, '.'],
  ['pulumi_token', 'use ', `pul-${hex(40)}`, '.'],
  ['doppler_token', 'use ', `dp.pt.${some(43)}`, '.'],
  ['planetscale_token', 'use ', `pscale_tkn_${some(43)}`, '.'],
  ['supabase_token', 'use ', `sbp_${hex(40)}`, '.'],
  ['postman_key', 'use ', `PMAK-${hex(24)}-${hex(34)}`, '.'],
  ['sentry_token', 'use ', `sntrys_${some(120)}`, '.'],
  ['atlassian_token', 'use ', `ATATT3${some(180)}`, '.'],
  ['figma_token', 'use ', `figd_${some(40)}`, '.'],
  ['dropbox_token', 'use ', `sl.${some(130)}`, '.'],
  ['airtable_token', 'use ', `pat${some(14)}.${hex(64)}`, '.'],
  ['age_key', 'use ', `AGE-SECRET-KEY-1${some(58, 'QPZRY9X8GF2T')}`, '.'],
  ['facebook_token', 'use ', `EAACA${some(120)}`, '.'],
  ['weir_key', 'use ', `weir_live_${some(38)}`, '.'],
  ['jwt', 'jwt: ', jwt, '.'],
  ['private_key', 'key.pem\n', pem('RSA PRIVATE KEY').replace(' PRIVATE KEY-----$', ''), ''],
  ['private_key_indented', 'key: |\n', pem('PRIVATE KEY').replaceAll('\n', '\n  '), '"'],
  ['private_key_end', '', '-----END OPENSSH PRIVATE KEY-----', ' and more'],
  ['putty_key', '', `Private-Lines: 14\n${some(64)}\n${some(64)}`, ' '],
  ['connection_string', 'use ', `postgres://app:${some(12)}@db.example.com:5432/app?sslmode=require`, '.'],
  ['connection_string', 'use ', `mongodb+srv://app:${some(12)}@cluster0.example.net`, '.'],
  ['connection_string', 'url=', `redis://:${some(20)}@cache:6379/0`, ' '],
  ['basic_auth_url', 'curl ', `https://lena:${some(12)}@api.example.com/v1/items`, ' '],
  ['authorization_bearer', 'Authorization: ', `Bearer ${some(40)}`, ' '],
  ['authorization_basic', 'Authorization: ', `Basic ${Buffer.from(`lena:${some(12)}`).toString('base64')}`, ' '],
  ['azure_storage_key', 'AccountName=x;', `AccountKey=${some(86)}==`, ';'],
  ['azure_shared_access', 'x;', `SharedAccessKey=${some(43)}=`, ';'],
  ['azure_sas', 'https://x.blob.core.windows.net/y?sv=2022-11-02', `&sig=${some(44)}%3D`, ' '],
  ['azure_client_secret', 'use ', `${some(3)}8Q~${some(34)}`, ' '],
  ['password', 'The admin password is set to ', 'Maple4821!', ' today'],
  ['password', 'PASSWORD=', 'y5UkdohI1jtj', ''],
  ['password', 'Passwort: "', 'k9#Vw2-pQx?z', '".'],
  ['password', 'login: admin / password: ', 'CqtpIASahC8A', '.'],
  ['generic_key', 'api_key = "', some(32), '"'],
  ['generic_key', '"clientSecret": "', `${some(20)}/${some(20)}==`, '"'],
  ['generic_key', 'MY_SECRET_TOKEN=', some(24), ''],
  ['hex_key', 'DD_API_KEY=', hex(32), ''],
  ['aws_secret_key', 'aws_secret_access_key = ', some(40), ''],
  ['heroku_uuid_key', 'HEROKU_API_KEY=', uuid, ''],
  ['cloudflare_token', 'Cloudflare: ', some(40), ''],
  ['vault_legacy_token', 'VAULT_TOKEN=', `s.${some(24)}`, ''],
];

describe('the catalogue of secrets', () => {
  it('names each detector once, with an example of each', () => {
    const ids = secretDetectors.map((spec) => spec.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(examples.map(([id]) => `secret.${id}`))).toEqual(new Set(ids));
  });

  it.each(examples.map(([id, before, value, behind = '']) => [id, before, value, behind] as const))(
    'finds %s after "%s"',
    (id, before, value, behind) => {
      const all = found(before + value + behind);
      if (id === 'private_key') return expect(all.map((one) => one.split('\n').at(-1))).toContain('-----END');
      if (id === 'private_key_indented') return expect(all).toContain(`private_key_indented ${value}`);
      expect(all).toContain(`${id} ${value}`);
    },
  );

  it('covers a whole block of a private key, and nothing behind it', () => {
    for (const kind of ['RSA PRIVATE KEY', 'EC PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'PGP PRIVATE KEY BLOCK']) {
      for (const lineEnd of ['\n', '\r\n', String.raw`\n`]) {
        const key = pem(kind).replaceAll('\n', lineEnd);
        const text = `This is the key: ${key}${lineEnd}Then go on.`;
        const matches = scanWhole(scanner, text);
        expect(Math.min(...matches.map((match) => match.start))).toBe(17);
        expect(Math.max(...matches.map((match) => match.end))).toBe(17 + key.length);
      }
    }
  });

  it('keeps a name beside a secret, and lets none of the secret through', () => {
    for (const [id, before, value, behind = ''] of examples) {
      for (const match of scanWhole(scanner, before + value + behind)) {
        const { replacement } = match.detector;
        const put = typeof replacement === 'function' ? replacement(match.value) : replacement;
        expect(put, id).toMatch(/^([A-Za-z &?]+[ =])?\[SECRET\]$/);
      }
    }
  });

  it('finds passwords and keys of random characters', () => {
    const seldom = (format: (text: string) => string, length: number): number => {
      const texts = Array.from({ length: 500 }, () => some(length));
      return texts.filter((text) => !found(format(text)).some((one) => one.endsWith(` ${text}`))).length;
    };
    expect(seldom((text) => `password = "${text}"`, 12)).toBeLessThanOrEqual(15);
    expect(seldom((text) => `api_key: ${text}`, 32)).toBeLessThanOrEqual(10);
  });

  it('does not look at characters that nobody could have put there by chance', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('reset', 'token', 'user', 'Hash', 'get', 'URL', 'a'), { minLength: 2 }),
        (words) => {
          expect(found(`password ${words.join('_')} and secret ${words.join('-')}.`)).toEqual([]);
        },
      ),
    );
  });

  it.each([
    `password = os.environ["DB_PASSWORD"], secret = process.env.CLIENT_SECRET, token = settings.API_TOKEN`,
    `password: "your-password-here", api_key: "YOUR_API_KEY", token: "<token>", secret: "\${SECRET}", pwd=$DB_PASS`,
    `password=changeme password=xxxxxxxxxxxx password=************ api_key=XXXXXXXXXXXXXXXXXXXXXXXX`,
    `token: ${uuid}, secret of commit 9fceb02d0ae598e95dc970b74767f19372d61af8`,
    `"integrity": "sha512-${some(86)}==", token`,
    `secret image: data:image/png;base64,${some(400)}=`,
    `The token count is 128000; the password policy asks for min_length=12 and upper-case letters.`,
    `How do I hash a password with bcrypt, PBKDF2 or argon2id in Python 3.12? See hashlib.pbkdf2_hmac.`,
    `getPasswordHash(user), resetPasswordToken, BCryptPasswordEncoder, password_reset_token_expires_at`,
    `Use sk-learn-something-very-long-and-plain, task-runner-configuration-file and risk-management-framework-2024`,
    `Basic information about the bearer of bad news; Bearer authentication uses tokens; Basic authentication`,
    `postgres://user:password@localhost/db and https://user:pass@example.com and redis://localhost:6379`,
    `-----BEGIN PRIVATE KEY----- is how a PEM file begins; -----BEGIN CERTIFICATE----- is public.`,
    `eyJhbGciOi is how a JWT begins, and eyJub3RhbGciOiJ4In0.abcdefgh.ijklmnop names no algorithm`,
    `My password expired on 2024-11-30T10:00:00, write to admin@example.com or https://example.com/reset?id=12345678`,
    `const secret = await client.getSecretValue({ SecretId: 'prod/app/database-credentials' });`,
    `AKIA is a prefix, as are ghp_, xoxb- and AIza; hooks.slack.com/services is a path.`,
  ])('finds nothing in %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});
