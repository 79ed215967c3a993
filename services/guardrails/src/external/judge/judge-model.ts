import type { CheckInput } from '../../detector/text-check.js';
import type { JudgeFormat, Judgement, JudgeQuestion } from './judge-format.js';
import type { ModelClient } from './model.client.js';

/** A model that is asked in one format. */
export class JudgeModel {
  constructor(
    private readonly client: Pick<ModelClient, 'ask'>,
    private readonly format: JudgeFormat,
    private readonly settings: { readonly model: string; readonly logprobs: boolean },
  ) {}

  /** On behalf of whoever the input is judged for. */
  async judge(question: JudgeQuestion, { principal, signal }: CheckInput): Promise<Judgement> {
    const { model, logprobs } = this.settings;
    const messages = this.format.messages(question);
    const { maxTokens } = this.format;
    return this.format.read(await this.client.ask({ model, logprobs, messages, maxTokens, principal, signal }));
  }
}
