import { Inject } from '@nestjs/common';
import { GrpcHandlers } from '@weir/bootstrap';
import { caikitChunkers } from '@weir/contracts';
import { WeirError } from '@weir/errors';
import type { CallContext } from '@weir/grpc';
import { GUARDRAILS_SETTINGS, type GuardrailsSettings } from '../../guardrails.config.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { InputPlaces, type PlacedPiece } from './input-places.js';
import { SentenceSplitter, WholeText, type Splitter } from './sentence-splitter.js';

type Chunked = caikitChunkers.ChunkerTokenizationStreamResult;

const MODEL_ID = 'mm-model-id';
const inference = { scope: 'inference' } as const;

/** The chunker that the FMS Guardrails Orchestrator cuts texts with. */
@GrpcHandlers(caikitChunkers.ChunkersServiceDefinition, {
  chunkerTokenizationTaskPredict: inference,
  bidiStreamingChunkerTokenizationTaskPredict: inference,
})
export class ChunkerGrpc {
  constructor(
    private readonly traffic: DoorTraffic,
    @Inject(GUARDRAILS_SETTINGS) private readonly settings: GuardrailsSettings,
  ) {}

  chunkerTokenizationTaskPredict(
    { text }: caikitChunkers.ChunkerTokenizationTaskRequest,
    call: CallContext,
  ): Promise<caikitChunkers.TokenizationResults> {
    return this.traffic.count('chunker', () => {
      const splitter = splitterOf(call);
      const places = new InputPlaces();
      this.#requireRoom(text.length);
      places.add(0, text);
      const results = [...splitter.push(text), ...splitter.end()].map((piece) => tokenOf(places.place(piece)));
      return { results, tokenCount: results.length };
    });
  }

  async *bidiStreamingChunkerTokenizationTaskPredict(
    requests: AsyncIterable<caikitChunkers.BidiStreamingChunkerTokenizationTaskRequest>,
    call: CallContext,
  ): AsyncIterable<Chunked> {
    const splitter = await this.traffic.count('chunker', () => splitterOf(call));
    const places = new InputPlaces();
    let characters = 0;
    for await (const { textStream: text, inputIndexStream: index } of requests) {
      characters += text.length;
      this.#requireRoom(characters);
      places.add(index, text);
      for (const piece of splitter.push(text)) yield resultOf(places.place(piece));
    }
    for (const piece of splitter.end()) yield resultOf(places.place(piece));
  }

  #requireRoom(characters: number): void {
    const { maxTextChars } = this.settings;
    if (characters <= maxTextChars) return;
    throw new WeirError('payload_too_large', `The text is longer than ${maxTextChars} characters.`);
  }
}

function splitterOf({ metadata }: CallContext): Splitter {
  const id = metadata.get(MODEL_ID) || 'sentence';
  if (id === 'sentence') return new SentenceSplitter();
  if (id === 'whole_doc_chunker') return new WholeText();
  throw new WeirError('not_found', `There is no chunker ${JSON.stringify(id.slice(0, 64))}.`, { param: MODEL_ID });
}

function tokenOf({ start, end, text }: PlacedPiece): caikitChunkers.Token {
  return { start, end, text };
}

function resultOf(piece: PlacedPiece): Chunked {
  const { start, end, inputStart, inputEnd } = piece;
  return {
    results: [tokenOf(piece)],
    processedIndex: end,
    startIndex: start,
    tokenCount: 1,
    inputStartIndex: inputStart,
    inputEndIndex: inputEnd,
  };
}
