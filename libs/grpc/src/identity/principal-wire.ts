import { role, scope } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { Principal } from '../rpc/call.js';

const MAX_KNOWN = 1024;
const MAX_CHARS = 4096;

/** The acting principal on the wire: JSON in base64url. Remembers the last ones, since the same few come with every call. */
export class PrincipalWire {
  readonly #written = new WeakMap<Principal, string>();
  readonly #read = new Map<string, Principal>();

  write(principal: Principal): string {
    const known = this.#written.get(principal);
    if (known) return known;
    const text = Buffer.from(JSON.stringify(principal)).toString('base64url');
    this.#written.set(principal, text);
    return text;
  }

  /** Throws `invalid_request`. The result is frozen, because several calls may share it. */
  read(text: string): Principal {
    const known = this.#read.get(text);
    if (known) return known;
    const principal = parsePrincipal(text);
    if (this.#read.size >= MAX_KNOWN) this.#read.clear();
    this.#read.set(text, principal);
    return principal;
  }
}

function parsePrincipal(text: string): Principal {
  try {
    if (text.length > MAX_CHARS) throw new RangeError('too long');
    const value = JSON.parse(Buffer.from(text, 'base64url').toString()) as Partial<Record<keyof Principal, unknown>>;
    return Object.freeze({
      apiKeyId: textOf(value.apiKeyId),
      projectId: textOf(value.projectId),
      organizationId: textOf(value.organizationId),
      scopes: Object.freeze(scope.array().parse(value.scopes)),
      role: role.parse(value.role),
      onBillingError: value.onBillingError === 'open' ? 'open' : 'closed',
    });
  } catch (cause) {
    throw new WeirError('invalid_request', 'The acting principal of the call cannot be read.', { cause });
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('not a text');
  return value;
}
