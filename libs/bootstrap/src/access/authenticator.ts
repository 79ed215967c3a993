import type { ApiKeyState } from '@weir/contracts';
import type { Source } from '@weir/config';
import { WeirError } from '@weir/errors';
import type { Principal } from '@weir/grpc';
import type { RegistrySnapshot } from '../registry/registry-snapshot.js';
import { hashApiKey, looksLikeApiKey } from './api-key.js';
import { BoundedCache } from './bounded-cache.js';

interface Known {
  readonly key: ApiKeyState;
  readonly principal: Principal;
}

const TOKENS_REMEMBERED = 10_000;

/** Turns an API key into the principal that it acts for, from memory alone. */
export class Authenticator {
  readonly #snapshot: Pick<RegistrySnapshot, 'apiKey' | 'apiKeyByHash' | 'isReady'>;
  readonly #pepper: string;
  readonly #source: Source;
  readonly #known = new BoundedCache<string, Known>(TOKENS_REMEMBERED);

  constructor(options: {
    readonly snapshot: Pick<RegistrySnapshot, 'apiKey' | 'apiKeyByHash' | 'isReady'>;
    readonly pepper: string;
    readonly source: Source;
  }) {
    this.#snapshot = options.snapshot;
    this.#pepper = options.pepper;
    this.#source = options.source;
  }

  /**
   * @throws WeirError `missing_api_key`, `invalid_api_key`, `expired_api_key`, `revoked_api_key`, or
   * `registry_unavailable` while it is not known which keys there are.
   */
  authenticate(token: string | undefined): Principal {
    if (!token) throw new WeirError('missing_api_key', 'Send an API key as "Authorization: Bearer weir_…".');
    const { key, principal } = this.#look(token);
    if (key.revoked_at > 0) throw new WeirError('revoked_api_key', 'This API key was revoked.');
    if (key.expires_at > 0 && key.expires_at <= this.#source.now()) {
      throw new WeirError('expired_api_key', 'This API key has expired.');
    }
    return principal;
  }

  #look(token: string): Known {
    const known = this.#known.get(token);
    // The snapshot replaces the object on every change, so that being the same object means being up to date.
    if (known && this.#snapshot.apiKey(known.key.id) === known.key) return known;
    if (!looksLikeApiKey(token)) throw invalidKey();
    const key = this.#snapshot.apiKeyByHash(hashApiKey(token, this.#pepper));
    if (!key) {
      this.#known.delete(token);
      if (!this.#snapshot.isReady) throw new WeirError('registry_unavailable', 'API keys are not known yet.');
      throw invalidKey();
    }
    const fresh = { key, principal: principalOf(key) };
    this.#known.set(token, fresh);
    return fresh;
  }
}

function invalidKey(): WeirError {
  return new WeirError('invalid_api_key', 'This API key is not known here.');
}

function principalOf(key: ApiKeyState): Principal {
  return Object.freeze({
    apiKeyId: key.id,
    projectId: key.project_id,
    organizationId: key.organization_id,
    scopes: Object.freeze([...key.scopes]),
    role: key.role,
    onBillingError: key.on_billing_error,
  });
}
