import { inferenceV1 } from '@weir/contracts';
import type { RpcClients } from '@weir/grpc';
import { CliError } from '../cli-error.js';
import { readDetails, type Answer } from './answer.js';
import type { Question } from './http-chat.js';

/** Asks over gRPC and passes the answer on as it comes. @throws WeirError of the call */
export async function grpcChat(
  clients: RpcClients,
  question: Question,
  onText: (text: string) => void,
): Promise<Answer> {
  const inference = clients.client('router', inferenceV1.InferenceServiceDefinition);
  const { title, model, text: content, maxTokens } = question;
  const input = { model, messages: [{ role: 'user', content }], sampling: { maxTokens, temperature: 0 } };
  let details = '';
  const stream = inference.chatStream(
    { input },
    {
      metadata: { 'x-weir-details': '1' },
      onTrailers: (trailers) => {
        details = trailers.get('x-weir-details') ?? '';
      },
    },
  );
  const pieces: string[] = [];
  let last: inferenceV1.ChatStreamResponse | undefined;
  for await (const message of stream) {
    last = message;
    if (!message.delta) continue;
    pieces.push(message.delta);
    onText(message.delta);
  }
  if (!last?.finishReason || !last.usage) throw new CliError('The gRPC stream ended before its end.');
  const { inputTokens, outputTokens } = last.usage;
  const text = pieces.join('');
  return {
    title,
    text,
    pieces: pieces.length,
    inputTokens,
    outputTokens,
    details: readDetails(JSON.parse(details || '{}')),
  };
}
