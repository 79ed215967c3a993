/*
 * Names of topics and groups. `topic` is a topic as Kafka knows it, with the prefix; `group` is a group without it, since
 * the topic's name carries the prefix already.
 */

export function retryTopic(topic: string, group: string, round: number): string {
  return `${topic}.${group}-retry-${round}`;
}

export function deadLetterTopic(topic: string, group: string): string {
  return `${topic}.${group}-dlt`;
}

/** `rounds` retry topics, the one with the shortest wait first. */
export function retryTopics(topic: string, group: string, rounds: number): string[] {
  return Array.from({ length: rounds }, (_, index) => retryTopic(topic, group, index + 1));
}
