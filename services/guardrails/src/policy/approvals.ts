import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { areEqual, deriveKey, macOf, seal, unseal } from './sealing.js';

/** What a person approves: this content, in this project, under these policy versions, and nothing else. */
export interface ApprovedContent {
  readonly contentHash: string;
  readonly projectId: string;
  /** `name@version`, in any order. */
  readonly policies: readonly string[];
}

export interface ApprovalRequest extends ApprovedContent {
  readonly verdictId: string;
}

export interface Approval {
  readonly id: string;
  /** Principal that approved. */
  readonly approver: string;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
}

export interface ApprovalKeys {
  readonly request: Buffer;
  readonly proof: Buffer;
}

const REQUEST = 'weir-approval-request-1.';
const PROOF = 'weir-approval-1.';
const MAX_CHARS = 8_192;

const requestBody = z.strictObject({
  contentHash: z.string(),
  projectId: z.string(),
  policies: z.array(z.string()),
  verdictId: z.string(),
});
const proofBody = z.strictObject({ id: z.string(), approver: z.string(), expiresAtMs: z.number() });

/** @param secret of the installation: `keyPepper`. */
export function approvalKeys(secret: string): ApprovalKeys {
  return { request: deriveKey(secret, 'approval request'), proof: deriveKey(secret, 'approval') };
}

/** What the verdict shows: opaque, and made by nobody else. */
export function sealRequest(request: ApprovalRequest, keys: ApprovalKeys): string {
  const { contentHash, projectId, policies, verdictId } = request;
  const body = Buffer.from(JSON.stringify({ contentHash, projectId, policies, verdictId }));
  return REQUEST + seal(keys.request, REQUEST, body).toString('base64url');
}

/** @throws WeirError `invalid_request` for what this installation did not make. */
export function openRequest(text: string, keys: ApprovalKeys): ApprovalRequest {
  const sealed = text.startsWith(REQUEST) && text.length <= MAX_CHARS ? text.slice(REQUEST.length) : '';
  const opened = unseal(keys.request, REQUEST, Buffer.from(sealed, 'base64url'));
  const parsed = opened && requestBody.safeParse(JSON.parse(opened.toString()));
  if (parsed?.success) return parsed.data;
  throw new WeirError('invalid_request', 'The approval request was not made by this installation.', {
    param: 'approval_request',
  });
}

/** Proof of an approval, for the header `x-weir-approval`. */
export function issueApproval(
  { id, approver, expiresAtMs }: Approval,
  content: ApprovedContent,
  keys: ApprovalKeys,
): string {
  const body = Buffer.from(JSON.stringify({ id, approver, expiresAtMs })).toString('base64url');
  return `${PROOF}${body}.${macOf(keys.proof, bound(body, content)).toString('base64url')}`;
}

/** The approval that a proof stands for; undefined when it is about something else, has ended, or is none of ours. */
export function verifyApproval(
  proof: string,
  content: ApprovedContent,
  { keys, nowMs }: { readonly keys: ApprovalKeys; readonly nowMs: number },
): Approval | undefined {
  if (!proof.startsWith(PROOF) || proof.length > MAX_CHARS) return undefined;
  const [body = '', mac = '', ...more] = proof.slice(PROOF.length).split('.');
  if (more.length || !areEqual(Buffer.from(mac, 'base64url'), macOf(keys.proof, bound(body, content))))
    return undefined;
  const parsed = proofBody.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return parsed.success && parsed.data.expiresAtMs > nowMs ? parsed.data : undefined;
}

/** JSON keeps the fields apart, whatever they hold. */
function bound(body: string, { contentHash, projectId, policies }: ApprovedContent): string {
  return JSON.stringify([PROOF, body, contentHash, projectId, [...policies].sort()]);
}
