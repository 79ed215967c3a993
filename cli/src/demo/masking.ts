import { guardrailsV1, registryV1 } from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { CliError } from '../cli-error.js';
import { actionAt, type Answer } from './answer.js';
import { plainChat, type HttpDoor, type Question } from './http-chat.js';

/** A card number that nobody has: the test number of the card schemes, valid by Luhn's formula. */
export const CARD = '4111 1111 1111 1111';
/** As many digits, and no card: its check digit is wrong. */
export const NO_CARD = '4111 1111 1111 1112';
const SHORT = 8;

export const sentence = (number: string): string => `My card number is ${number}. Repeat this sentence.`;

export interface Masking {
  /** The request with the card number. */
  readonly masked: Answer;
  /** The request with the text that the policy leaves of it. */
  readonly same: Answer;
  /** The request with digits that are no card, which pass as they are. */
  readonly unmasked: Answer;
  /** What the policy leaves of the prompt. */
  readonly text: string;
}

/**
 * Sends a card number and proves that the model did not get it, by the engine's own count of the tokens it read: as many
 * as for the masked text, and not as many as for the same sentence with digits that pass.
 * @throws CliError when one of these does not hold
 */
export async function proveMasking(door: HttpDoor, admin: RpcClients, model: string): Promise<Masking> {
  const ask = (title: string, text: string) =>
    plainChat(door, { title, model, text, maxTokens: SHORT } satisfies Question);
  const text = await maskedBy(admin, model, sentence(CARD));
  if (text.includes(CARD)) throw new CliError('The policy of the route leaves card numbers as they are.');
  const masked = await ask('card over HTTP', sentence(CARD));
  const same = await ask('masked text', text);
  const unmasked = await ask('no card', sentence(NO_CARD));
  if (actionAt(masked.details, 'input') !== 'mask') throw new CliError('The card number was not masked.');
  if (actionAt(unmasked.details, 'input') !== 'allow') throw new CliError('Digits that are no card did not pass.');
  if (masked.inputTokens !== same.inputTokens) {
    throw new CliError(
      `The engine read ${masked.inputTokens} tokens instead of ${same.inputTokens}: it got another text.`,
    );
  }
  if (masked.inputTokens === unmasked.inputTokens) throw new CliError('The count of tokens tells nothing here.');
  if (masked.text.includes(CARD)) throw new CliError('The answer holds the card number.');
  return { masked, same, unmasked, text };
}

/** What the policy of the route makes of a text. */
async function maskedBy(admin: RpcClients, alias: string, text: string): Promise<string> {
  const { routes } = await admin.client('registry', registryV1.RegistryServiceDefinition).listRoutes({});
  const policy = routes.find((route) => route.alias === alias)?.policy || 'default';
  const guardrails = admin.client('guardrails', guardrailsV1.GuardrailsServiceDefinition);
  const { parts } = await guardrails.check({
    policy,
    stage: guardrailsV1.Stage.STAGE_INPUT,
    subject: { model: alias },
    parts: [{ path: 'messages.0.content', text }],
  });
  return parts[0]?.text ?? '';
}
