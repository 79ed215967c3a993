import { describe, expect, it } from 'vitest';
import { approvalKeys, issueApproval, openRequest, sealRequest, verifyApproval } from './approvals.js';

const keys = approvalKeys('pepper');
const content = { contentHash: 'abc', projectId: 'p1', policies: ['default@1', 'refunds@3'] };
const request = { ...content, verdictId: 'v1' };
const approval = { id: 'a1', approver: 'api_key:k1', expiresAtMs: 2_000 };
const proof = issueApproval(approval, content, keys);
const verify = (text: string, about = content, nowMs = 1_000) => verifyApproval(text, about, { keys, nowMs });

describe('an approval request', () => {
  it('is opaque and comes back whole', () => {
    const text = sealRequest(request, keys);
    expect(text).toMatch(/^weir-approval-request-1\.[\w-]+$/);
    expect(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('latin1')).not.toContain('p1');
    expect(openRequest(text, keys)).toEqual(request);
  });

  it.each([
    ['nothing', ''],
    ['another text', 'weir-approval-request-1.AAAA'],
    ['a request of another installation', sealRequest(request, approvalKeys('other'))],
    ['a request that was changed', sealRequest(request, keys).slice(0, -2)],
    ['a proof', proof],
    ['a huge text', `weir-approval-request-1.${'A'.repeat(100_000)}`],
  ])('is refused when it is %s', (_what, text) => {
    expect(() => openRequest(text, keys)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});

describe('an approval', () => {
  it('stands for its content, whatever the order of its policies, until it ends', () => {
    expect(verify(proof)).toEqual(approval);
    expect(verify(proof, { ...content, policies: ['refunds@3', 'default@1'] })).toEqual(approval);
    expect(verify(proof, content, 1_999)).toEqual(approval);
    expect(verify(proof, content, 2_000)).toBeUndefined();
  });

  it.each([
    ['other content', { ...content, contentHash: 'abd' }],
    ['another project', { ...content, projectId: 'p2' }],
    ['another version', { ...content, policies: ['default@1', 'refunds@4'] }],
    ['fewer policies', { ...content, policies: ['default@1'] }],
    ['fields that run together', { ...content, contentHash: 'abcp1', projectId: '' }],
  ])('does not stand for %s', (_what, about) => {
    expect(verify(proof, about)).toBeUndefined();
  });

  it('cannot be made longer, renamed, or made elsewhere', () => {
    const [head, body = '', mac] = proof.split('.');
    const later = Buffer.from(JSON.stringify({ ...approval, expiresAtMs: 9_000 })).toString('base64url');
    expect(verify([head, later, mac].join('.'))).toBeUndefined();
    expect(verify([head, body, ''].join('.'))).toBeUndefined();
    expect(verify([head, body].join('.'))).toBeUndefined();
    expect(verify(`${proof}.x`)).toBeUndefined();
    expect(verify(issueApproval(approval, content, approvalKeys('other')))).toBeUndefined();
    expect(verify(sealRequest(request, keys))).toBeUndefined();
    expect(verify('')).toBeUndefined();
  });
});
