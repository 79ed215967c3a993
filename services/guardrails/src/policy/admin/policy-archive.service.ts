import { Injectable } from '@nestjs/common';
import type { guardrailsV1 } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import { parseDocument } from '../compile/read-document.js';
import { PolicyStore } from '../store/policy-store.service.js';
import { documentDiff } from './document-diff.js';
import { factsOf, infoMessage, infoOf } from './policy-message.js';
import { PolicyRepository, type StoredPolicy } from './policy.repository.js';

const PAGE = 100;
/** Of the documents in one answer: a message holds 4 MiB, and changes are told beside them. */
const PAGE_CHARS = 1_000_000;
const NEWEST = 2 ** 31 - 1;

/** Every version there ever was, with who published it and what it changed. */
@Injectable()
export class PolicyArchive {
  constructor(
    private readonly store: PolicyStore,
    private readonly repository: PolicyRepository,
  ) {}

  /** `version` 0 = the one in force. @throws WeirError `not_found` */
  async get(name: string, version: number): Promise<guardrailsV1.PolicyVersion> {
    const wanted = version || (this.store.inForce(name)?.version ?? 0);
    const [found, before] = await this.#below(name, wanted + 1, 2);
    if (found?.version === wanted) return versionMessage(found, before);
    const policy = version ? `${name}@${version}` : name;
    throw new WeirError('not_found', `There is no guardrail policy ${JSON.stringify(policy)}.`, { param: 'name' });
  }

  /** At most 100 versions below one, and 1 MB of documents, newest first; 0 = from the newest. */
  async list(name: string, beforeVersion: number): Promise<guardrailsV1.PolicyVersion[]> {
    const found = await this.#below(name, beforeVersion || NEWEST, PAGE + 1);
    let chars = 0;
    const page = found
      .slice(0, PAGE)
      .filter(({ document }, place) => (chars += document.length) < PAGE_CHARS || !place);
    return page.map((policy, place) => versionMessage(policy, found[place + 1]));
  }

  /** Published ones and those that come with Weir; where both have a version, the one that came with Weir decides. */
  async #below(name: string, version: number, limit: number): Promise<StoredPolicy[]> {
    const builtIn = this.store.builtIn(name).filter((record) => record.version < version);
    const taken = new Set(builtIn.map((record) => record.version));
    const stored = await this.repository.before(name, Math.min(version, NEWEST), limit);
    const own = builtIn.map((record) => {
      const compiled = this.store.resolve([`${name}@${record.version}`]);
      return { ...record, sha256: compiled.sha256, facts: factsOf(compiled) };
    });
    return [...own, ...stored.filter((record) => !taken.has(record.version))]
      .sort((one, other) => other.version - one.version)
      .slice(0, limit);
  }
}

function versionMessage(policy: StoredPolicy, before: StoredPolicy | undefined): guardrailsV1.PolicyVersion {
  const document = parseDocument(policy.document);
  return {
    info: infoMessage({ ...infoOf(policy.facts), name: policy.name, version: policy.version, sha256: policy.sha256 }),
    document: policy.document,
    author: policy.author,
    note: policy.note,
    createdAtMs: policy.createdAtMs,
    diff: documentDiff(before && parseDocument(before.document), document),
  };
}
