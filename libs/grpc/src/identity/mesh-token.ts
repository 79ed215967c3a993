import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';

/** Longest time for which a captured token could be used again. */
export const TOKEN_LIFETIME_MS = 55_000;
/** A token older than this is not sent any more. */
const RENEW_AFTER_MS = 20_000;
const CLOCK_SKEW_MS = 5_000;
const FORM = /^([a-z]+(?:\+[a-z]+)*)\.(\d{13})\.([A-Za-z0-9_-]{43})$/;

/** Signs and checks `<name>[+<name>…].<expiry epoch ms>.<HMAC-SHA256, base64url>`. */
export class MeshTokens {
  readonly #secret: string;
  readonly #source: Source;
  readonly #issued = new Map<string, { readonly token: string; readonly at: number }>();

  constructor(secret: string, source: Source) {
    this.#secret = secret;
    this.#source = source;
  }

  /** A token for these names; the same one for a third of its life. */
  issue(names: readonly string[]): string {
    const subject = names.join('+');
    const now = this.#source.now();
    const known = this.#issued.get(subject);
    if (known && now - known.at < RENEW_AFTER_MS && now >= known.at) return known.token;
    const claim = `${subject}.${now + TOKEN_LIFETIME_MS}`;
    const token = `${claim}.${this.#sign(claim).toString('base64url')}`;
    this.#issued.set(subject, { token, at: now });
    return token;
  }

  /** The names that the token proves; throws `unauthenticated_peer`. */
  verify(token: string): string[] {
    const [, subject, expiry, signature] = FORM.exec(token) ?? [];
    if (!subject || !expiry || !signature)
      throw new WeirError('unauthenticated_peer', 'The identity token is malformed.');
    const expected = this.#sign(`${subject}.${expiry}`);
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new WeirError('unauthenticated_peer', 'The identity token has a wrong signature.');
    }
    const left = Number(expiry) - this.#source.now();
    if (left < -CLOCK_SKEW_MS || left > TOKEN_LIFETIME_MS + CLOCK_SKEW_MS) {
      throw new WeirError('unauthenticated_peer', 'The identity token is not valid now.');
    }
    return subject.split('+');
  }

  #sign(claim: string): Buffer {
    return createHmac('sha256', this.#secret).update(`weir-identity\n${claim}`).digest();
  }
}
