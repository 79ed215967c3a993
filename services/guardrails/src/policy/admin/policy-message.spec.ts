import { guardrailsV1 } from '@weir/contracts';
import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../compile-policy.js';
import { sampleCatalogue } from '../compile/sample-catalogue.fixture.js';
import { factsOf, infoMessage, infoOf } from './policy-message.js';

const compile = (check: string) =>
  compilePolicy({ name: 'a', description: 'd', rules: [{ check, action: 'block' }] }, 3, sampleCatalogue);

describe('a policy on the wire', () => {
  it('is the same from what is compiled and from what is stored of it', () => {
    for (const policy of [compile('pii.card'), compile('leak')]) {
      const stored = JSON.parse(JSON.stringify(factsOf(policy))) as ReturnType<typeof factsOf>;
      const again = infoMessage({ ...infoOf(stored), name: 'a', version: 3, sha256: policy.sha256 });
      expect(again).toEqual(infoMessage(policy));
    }
  });

  it('says with the largest number that a stream waits for its end', () => {
    const message = infoMessage(compile('leak'));
    expect(message).toMatchObject({ mode: 'enforce', description: 'd', maxHoldbackChars: 4_294_967_295 });
    const bytes = guardrailsV1.PolicyInfo.encode(message).finish();
    expect(guardrailsV1.PolicyInfo.decode(bytes)).toEqual(message);
  });
});
