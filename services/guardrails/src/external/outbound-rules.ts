import type { LookupFunction } from 'node:net';

/** What calls to other systems may reach and which secrets they may show. */
export interface OutboundRules {
  /** @throws WeirError `invalid_configuration` when the host is written as a private address; names are checked later */
  requirePublicHost(host: string): void;
  /** A `lookup` for sockets that answers with public addresses only. */
  publicLookup(): LookupFunction;
  /**
   * The secret behind `env:NAME` or `file:/path`; empty for no reference.
   * @throws WeirError `invalid_configuration`, which never shows a value
   */
  readSecret(ref: string): Promise<string>;
}

export const OUTBOUND_RULES = Symbol('outbound rules');
