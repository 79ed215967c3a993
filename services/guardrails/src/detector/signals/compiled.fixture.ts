import { expect } from 'vitest';
import type { z } from 'zod';
import { checkInput, conversationText } from '../../text/conversation.fixture.js';
import type { CheckKind } from '../check-kind.js';
import type { CheckFinding, TextCheck } from '../text-check.js';

/** The check that a policy's definition of a kind becomes. */
export function compiled<D extends { readonly kind: string }>(
  kind: CheckKind<D>,
  input: z.input<typeof kind.schema>,
): TextCheck {
  const made = kind.compile('mine', kind.schema.parse(input));
  if (made.kind !== 'check') expect.fail('not a check');
  return made.check;
}

/** What a check that answers at once finds in texts of a user. */
export function findings(check: TextCheck, ...texts: readonly string[]): CheckFinding[] {
  const parts = texts.map((text, at) => conversationText(text, 'user', `messages.${at}.content`));
  return [...(check.check(checkInput(parts)) as readonly CheckFinding[])];
}

/** What of it counts. */
export function counted(check: TextCheck, ...texts: readonly string[]): CheckFinding[] {
  return findings(check, ...texts).filter(({ score }) => score >= check.threshold);
}
