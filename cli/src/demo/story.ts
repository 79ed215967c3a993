import type { Installation } from '../surroundings/installation.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Answer } from './answer.js';
import type { Evidence } from './evidence.js';
import { CARD, NO_CARD, sentence, type Masking } from './masking.js';

/** The engine's own time; everything else is what Weir adds. */
const ENGINE_STAGES: ReadonlySet<string> = new Set(['ttft', 'engine']);

/** How the demo tells what it found. It decides nothing. */
export class Story {
  constructor(private readonly terminal: Terminal) {}

  begin(model: string, { httpUrl, kafkaBrokers, addressOf }: Installation): void {
    this.terminal.line(
      `Weir at ${httpUrl} and ${addressOf('router')}, Kafka at ${kafkaBrokers.join(',')}, model ${model}`,
    );
  }

  asks(title: string, prompt: string): void {
    this.terminal.heading(title);
    this.terminal.line(`   > ${prompt}`);
    this.terminal.write('   < ');
  }

  answered({ pieces, inputTokens, outputTokens }: Answer): void {
    this.terminal.line();
    this.terminal.good(`${pieces} pieces, ${inputTokens} input and ${outputTokens} output tokens`);
  }

  masking({ masked, same, unmasked, text }: Masking, evidence: Evidence | undefined): void {
    const { terminal } = this;
    terminal.heading('3. A card number that the model never gets');
    terminal.line(`   > ${sentence(CARD)}`);
    for (const { detector, action, start, end } of evidence?.verdict.data.findings ?? []) {
      terminal.fact('verdict', `${action} by ${detector}, characters ${start} to ${end}`);
    }
    terminal.fact('policy leaves', text);
    terminal.fact('engine read', `${masked.inputTokens} tokens, as for that text (${same.inputTokens})`);
    terminal.fact('', `${unmasked.inputTokens} for ${NO_CARD}, which is no card and passes`);
    terminal.good('the number reached neither the model nor the answer');
  }

  events(evidence: readonly Evidence[]): void {
    this.terminal.heading('4. The events in Kafka');
    for (const { answer, verdict, chargedAt } of evidence) {
      const { topic, partition, offset } = answer.details.place;
      this.terminal.fact(answer.title, `${topic}, partition ${partition}, offset ${offset}`);
      const { type, data } = verdict;
      this.terminal.fact('', `${type}, partition ${verdict.partition}, offset ${verdict.offset}: ${data.action}`);
      this.terminal.fact('', `weir.billing.charged.v1, partition ${chargedAt.partition}, offset ${chargedAt.offset}`);
    }
    this.terminal.good('all were read from Kafka, the completed ones where the answers said they are');
  }

  ledger(evidence: readonly Evidence[]): void {
    this.terminal.heading('5. The price in the ledger');
    for (const { answer, charge } of evidence) {
      const sides = charge.entries.map(({ account, amountUsd }) => `${account} ${amountUsd}`).join(', ');
      this.terminal.fact(answer.title, `${charge.amountUsd} USD at price ${charge.priceId}: ${sides}`);
    }
    this.terminal.good('answer, event and ledger agree to the last digit, and the entries sum to zero');
  }

  traces(answers: readonly Answer[]): void {
    this.terminal.heading('6. The trace of each request, through HTTP, gRPC and Kafka');
    for (const { title, details } of answers)
      this.terminal.fact(title, `${details.traceId}, request ${details.requestId}`);
  }

  times(answers: readonly Answer[]): void {
    this.terminal.heading('7. Where the time went, in milliseconds');
    for (const { title, details } of answers) {
      const stages = Object.entries(details.stagesMs).map(([stage, ms]) => `${stage} ${ms.toFixed(2)}`);
      this.terminal.fact(title, stages.join('  '));
      this.terminal.fact('', `Weir itself: ${ownTime(details.stagesMs).toFixed(2)}`);
    }
  }

  end(): void {
    this.terminal.line();
    this.terminal.good('All of it happened.');
  }
}

export function ownTime(stagesMs: Readonly<Record<string, number>>): number {
  const own = Object.entries(stagesMs).filter(([stage]) => !ENGINE_STAGES.has(stage));
  return own.reduce((sum, [, ms]) => sum + ms, 0);
}
