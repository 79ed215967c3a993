import { DIGIT, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { BASE64, prefixed, secret, TOKEN } from './secret-spec.js';

const A = '[A-Za-z0-9]';
const T = String.raw`[A-Za-z0-9_\-]`;
const HEX = '[0-9a-f]';

/** `sk-` begins names as well: a key has digits, or both cases, soon. */
function isOpenAiKey(value: string): boolean {
  const body = value.replace(/^sk-(proj-|svcacct-|admin-|None-)?/, '');
  if (/^(ant|or)-/.test(body)) return false;
  return /\d/.test(body) || (/[a-z]/.test(body) && /[A-Z]/.test(body));
}

/** A bot's token begins with its numeric id in base64. */
function isDiscordToken(value: string): boolean {
  return /^\d{16,20}$/.test(Buffer.from(value.split('.')[0]!, 'base64').toString('latin1'));
}

/** Credentials whose issuers gave them a form of their own. */
export const prefixedSecrets: readonly DetectorSpec[] = [
  secret('aws_access_key', '(AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}', { notBefore: WORD }),
  prefixed('github_token', `gh[pousr]_${A}{36}`, { tail: WORD }),
  prefixed('github_fine_grained_token', 'github_pat_[A-Za-z0-9_]{36}', { tail: WORD }),
  prefixed('gitlab_token', `gl(pat|oas|ptt|dt|rt|cbt|ft|imt|agent|soat|wt)-${T}{20}`, { tail: TOKEN }),
  prefixed('slack_token', String.raw`xox[abeoprs]-[A-Za-z0-9\-]{10}|xapp-\d-[A-Z0-9]{8,14}-${A}{8}`),
  prefixed('slack_webhook', String.raw`https://hooks\.slack\.com/(services|workflows|triggers)/[A-Za-z0-9_/]{20}`, {
    tail: BASE64,
  }),
  prefixed('stripe_key', `(sk|rk)_(live|test)_${A}{16}|whsec_[A-Za-z0-9+/]{24}`, { tail: BASE64 }),
  secret('twilio_key', `SK${HEX}{32}`, { notBefore: WORD }),
  prefixed('sendgrid_key', String.raw`SG\.${T}{16,24}\.${T}{36}`),
  secret('mailgun_key', `key-${HEX}{32}`, { notBefore: WORD }),
  secret('mailchimp_key', String.raw`${HEX}{32}-us\d{1,2}`, { notBefore: WORD }),
  prefixed('npm_token', `npm_${A}{36}`, { tail: WORD }),
  prefixed('pypi_token', `pypi-AgE${T}{32}`),
  prefixed('rubygems_key', `rubygems_${HEX}{48}`, { tail: WORD }),
  prefixed('docker_token', `dckr_(pat|oat)_${T}{20}`),
  prefixed('hugging_face_token', `hf_[A-Za-z]{30}|api_org_[A-Za-z]{30}`, { tail: WORD }),
  prefixed('openai_key', `sk-${T}{20}`, { validate: isOpenAiKey, validateBeginning: isOpenAiKey }),
  prefixed('anthropic_key', `sk-ant-[a-z0-9]{3,10}-${T}{20}`),
  prefixed('openrouter_key', `sk-or-v1-${HEX}{32}`),
  prefixed('groq_key', `gsk_${A}{40}`, { tail: WORD }),
  prefixed('replicate_token', `r8_${A}{36}`, { tail: WORD }),
  prefixed('perplexity_key', `pplx-${A}{40}`),
  prefixed('xai_key', `xai-${A}{60}`),
  secret('google_key', `AIza${T}{35}`, { notBefore: TOKEN }),
  prefixed('google_oauth', String.raw`GOCSPX-${T}{24}|ya29\.${T}{20}|1//0${T}{30}`),
  prefixed('digitalocean_token', `do[opr]_v1_${HEX}{32}`, { tail: WORD }),
  prefixed('heroku_key', `HRKU-${T}{32}`),
  prefixed('shopify_token', `shp(at|ca|pa|ss)_[0-9A-Fa-f]{32}`, { tail: WORD }),
  prefixed('square_token', `sq0(atp|csp|idp)-${T}{22}|EAAA${T}{56}`),
  secret('telegram_token', String.raw`\d{8,10}:AA${T}{33}`, { notAfter: DIGIT, notBefore: TOKEN }),
  secret('discord_token', String.raw`[MNO]${T}{22,27}\.${T}{6}\.${T}{27,38}`, {
    notBefore: TOKEN,
    validate: isDiscordToken,
  }),
  prefixed('discord_webhook', String.raw`https://(canary\.|ptb\.)?discord(app)?\.com/api/webhooks/\d{17,20}/${T}{20}`),
  prefixed('new_relic_key', `NR(AK|II|JS|RA|SP)-[A-Z0-9a-z]{19}`),
  prefixed('linear_key', `lin_(api|oauth|wh)_${A}{32}`, { tail: WORD }),
  prefixed('notion_token', `secret_${A}{43}|ntn_${A}{40}`, { tail: WORD }),
  prefixed('vault_token', String.raw`hv[sbr]\.${T}{24}`),
  prefixed('terraform_token', String.raw`${A}{14}\.atlasv1\.${T}{30}`),
  prefixed('databricks_token', `dapi${HEX}{32}`),
  prefixed('cloudflare_key', String.raw`v1\.0-${HEX}{24}-${HEX}{60}`),
  prefixed('grafana_token', `gl(c|sa)_[A-Za-z0-9+/]{28}`, { tail: BASE64 }),
  prefixed('pulumi_token', `pul-${HEX}{40}`),
  prefixed('doppler_token', String.raw`dp\.(pt|st|ct|sa|scim|audit)\.[A-Za-z0-9.]{36}`),
  prefixed('planetscale_token', `pscale_(tkn|pw|oauth)_${T}{32}`),
  prefixed('supabase_token', `sbp_${HEX}{40}`, { tail: WORD }),
  prefixed('postman_key', `PMAK-${HEX}{24}-${HEX}{30}`),
  prefixed('sentry_token', `sntrys_[A-Za-z0-9+/]{40}`, { tail: BASE64 }),
  prefixed('atlassian_token', `ATATT3${T}{50}`, { tail: BASE64 }),
  prefixed('figma_token', `fig[dour]_${T}{36}`),
  prefixed('dropbox_token', String.raw`sl\.(u\.)?${T}{60}`),
  secret('airtable_token', String.raw`pat${A}{14}\.${HEX}{64}`, { notBefore: WORD }),
  prefixed('age_key', 'AGE-SECRET-KEY-1[0-9A-Z]{50}'),
  prefixed('facebook_token', `EAA[CM][A-Z0-9a-z]{60}`, { tail: WORD }),
  secret('weir_key', `weir_[a-z]{2,8}_${A}{38}`, { tail: WORD }),
];
