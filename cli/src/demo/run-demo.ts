import { inferenceV1 } from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { CliError } from '../cli-error.js';
import { clientsWith, readKey, type Installation } from '../surroundings/installation.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Answer } from './answer.js';
import { watchEvents } from './event-watch.js';
import { collectEvidence } from './evidence.js';
import { grpcChat } from './grpc-chat.js';
import { streamedChat, type HttpDoor } from './http-chat.js';
import { proveMasking } from './masking.js';
import { Story } from './story.js';

const OVER_HTTP = 'Why do rivers meander? Answer in two sentences.';
const OVER_GRPC = 'What is a weir? Answer in two sentences.';
const MAX_TOKENS = 80;

export interface DemoOptions {
  readonly installation: Installation;
  readonly terminal: Terminal;
  /** Alias; default the first one that the demo key sees. */
  readonly model?: string | undefined;
}

/**
 * Tells what happens to a request, and checks each part of the story against the running instance.
 * @throws CliError or WeirError for the first part that did not happen
 */
export async function runDemo({ installation, terminal, model: wanted }: DemoOptions): Promise<void> {
  const story = new Story(terminal);
  const door: HttpDoor = { httpUrl: installation.httpUrl, key: await readKey(installation, 'demo') };
  await using demo = await clientsWith(installation, 'demo');
  await using admin = await clientsWith(installation, 'admin');
  const model = wanted ?? (await firstModel(demo));
  story.begin(model, installation);
  await using events = await watchEvents(installation);

  story.asks('1. A chat streamed over HTTP', OVER_HTTP);
  const question = { title: 'chat over HTTP', model, text: OVER_HTTP, maxTokens: MAX_TOKENS };
  const overHttp = streamed(await streamedChat(door, question, (text) => terminal.write(text)));
  story.answered(overHttp);

  story.asks('2. A chat streamed over gRPC', OVER_GRPC);
  const other = { title: 'chat over gRPC', model, text: OVER_GRPC, maxTokens: MAX_TOKENS };
  const overGrpc = streamed(await grpcChat(demo, other, (text) => terminal.write(text)));
  story.answered(overGrpc);

  const masking = await proveMasking(door, admin, model);
  const answers = [overHttp, overGrpc, masking.masked];
  const evidence = await Promise.all(answers.map((answer) => collectEvidence(answer, events, demo)));
  story.masking(masking, evidence[2]);
  story.events(evidence);
  story.ledger(evidence);
  story.traces(answers);
  story.times(answers);
  story.end();
}

function streamed(answer: Answer): Answer {
  if (answer.pieces < 2) throw new CliError(`The answer to the ${answer.title} came in one piece.`);
  return answer;
}

async function firstModel(clients: RpcClients): Promise<string> {
  const inference = clients.client('router', inferenceV1.InferenceServiceDefinition);
  const [model] = (await inference.listModels({})).models;
  if (!model) throw new CliError('The demo key sees no model: register one, or start Weir with `npm start`.');
  return model.id;
}
