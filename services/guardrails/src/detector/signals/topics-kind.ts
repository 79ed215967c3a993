import { WeirError } from '@weir/errors';
import { z } from 'zod';
import { viewsOf } from '../../text/views-of.js';
import type { CheckKind } from '../check-kind.js';
import type { CheckFinding, ConversationText } from '../text-check.js';
import type { Span } from '../verdict-words.js';
import { PhraseMatcher } from './phrase-matcher.js';

const THRESHOLD = 0.5;
const STREAM_WINDOW = 400;
const MAX_PHRASES = 2_000;
/** One keyword among few words is a topic, one among many is a mention. */
const WEIGHT_PER_PHRASE = 0.5;
const WEIGHT_OF_DENSITY = 25;
const SHORT_TEXT_WORDS = 20;

const schema = z.strictObject({
  kind: z.literal('topics'),
  /** Keywords and phrases by topic, in any script; read as whole words whatever their case and spelling tricks. */
  topics: z
    .record(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/), z.array(z.string().trim().min(2).max(120)).min(1).max(500))
    .refine((topics) => Object.keys(topics).length > 0, 'needs at least one topic'),
  /** deny: finds texts on these topics. allow: finds texts on none of them. */
  mode: z.enum(['allow', 'deny']).default('deny'),
  /** allow: texts of fewer words are not judged. */
  min_words: z.number().int().min(1).max(1_000).default(5),
});

export type TopicsDefinition = z.output<typeof schema>;

interface TopicScore extends Span {
  readonly topic: string;
  readonly score: number;
}

/** What a text is about, by the density of keywords in its folded view. */
export const topicsKind: CheckKind<TopicsDefinition> = {
  kind: 'topics',
  schema,
  compile(name, definition) {
    const topics = new TopicMatcher(definition.topics);
    const { mode, min_words: minWords } = definition;
    return {
      kind: 'check',
      check: {
        id: name,
        version: '1',
        threshold: THRESHOLD,
        stream: mode === 'deny' ? STREAM_WINDOW : 'whole',
        check: ({ texts }) =>
          texts.flatMap((text) => (mode === 'deny' ? onTopic(text, topics) : offTopic(text, topics, minWords))),
      },
    };
  },
};

function onTopic(text: ConversationText, topics: TopicMatcher): CheckFinding[] {
  return topics
    .scores(text)
    .map(({ topic, ...found }) => ({ path: text.path, ...found, category: 'topic' as const, entity: topic }));
}

function offTopic(text: ConversationText, topics: TopicMatcher, minWords: number): CheckFinding[] {
  if (countWords(text.views.folded.text) < minWords) return [];
  const score = 1 - topics.scores(text).reduce((most, each) => Math.max(most, each.score), 0);
  return [{ path: text.path, start: 0, end: text.text.length, score, category: 'topic', entity: 'off_topic' }];
}

class TopicMatcher {
  readonly #topicOf: readonly string[];
  readonly #matcher: PhraseMatcher;

  constructor(topics: Readonly<Record<string, readonly string[]>>) {
    const phrases = Object.entries(topics).flatMap(([topic, words]) =>
      words.map((word) => ({ topic, text: viewsOf(word).folded.text })),
    );
    if (phrases.length > MAX_PHRASES)
      throw new WeirError('invalid_configuration', `Topics: more than ${MAX_PHRASES} keywords and phrases.`);
    this.#topicOf = phrases.map(({ topic }) => topic);
    this.#matcher = new PhraseMatcher(phrases.map(({ text }) => text));
  }

  scores({ views: { folded } }: ConversationText): TopicScore[] {
    const found = new Map<string, { phrases: Set<number>; hits: number; start: number; end: number }>();
    for (const { phrase, start, end } of this.#matcher.matches(folded.text)) {
      const topic = this.#topicOf[phrase]!;
      const seen = found.get(topic) ?? { phrases: new Set(), hits: 0, start, end };
      seen.phrases.add(phrase);
      found.set(topic, { phrases: seen.phrases, hits: seen.hits + 1, start: seen.start, end });
    }
    if (!found.size) return [];
    const words = Math.max(SHORT_TEXT_WORDS, countWords(folded.text));
    return [...found].map(([topic, { phrases, hits, start, end }]) => ({
      topic,
      ...folded.originalSpan(start, end),
      score: 1 - Math.exp(-WEIGHT_PER_PHRASE * phrases.size - (WEIGHT_OF_DENSITY * hits) / words),
    }));
  }
}

/** Words of spaced scripts; of others each character counts as half a word. */
function countWords(text: string): number {
  const unspaced = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu)?.length ?? 0;
  return (text.match(/\S+/g)?.length ?? 0) + unspaced / 2;
}
