import { z } from 'zod';
import type { CheckKind } from '../check-kind.js';
import { imageDetector } from './image-detector.js';
import { listedTags } from './html-detectors.js';
import { linkDetectors, queryDetector } from './link-detectors.js';
import { UrlJudge, type UrlRules } from './url-judge.js';

const HOST = /^(?:\*\.)?[^\s/\\?#@:*]{1,253}$/u;
const DEFAULT_QUERY_CHARS = 64;

const definition = z.strictObject({
  kind: z.literal('links'),
  /** Hosts that may be linked and shown: `docs.example.com`, or `*.example.com` for all below it. */
  allow: z.array(z.string().regex(HOST)).max(1_000).default([]),
  /** keep: links, not images, to other hosts pass as long as their query is short. */
  unlisted: z.enum(['remove', 'keep']).default('remove'),
  /** Most characters of query and fragment together, on any host; absent = any, and 64 when other hosts are kept. */
  max_query_chars: z.number().int().min(0).max(900).optional(),
  /** deny: no image at all, not even from hosts of the list. */
  images: z.enum(['allow', 'deny']).default('allow'),
  schemes: z
    .array(z.enum(['http', 'https', 'ftp', 'mailto', 'tel', 'ws', 'wss']))
    .min(1)
    .default(['http', 'https']),
});

export type LinksDefinition = z.output<typeof definition>;

/** Links, images and anchors in Markdown, HTML and prose may lead to listed hosts only. */
export const linksKind: CheckKind<LinksDefinition> = {
  kind: 'links',
  schema: definition,
  compile: (name, { allow, unlisted, max_query_chars, images, schemes }) => {
    const maxQueryChars = max_query_chars ?? (unlisted === 'keep' ? DEFAULT_QUERY_CHARS : Infinity);
    const rules: UrlRules = { allow, schemes, unlisted, maxQueryChars, images };
    const judge = new UrlJudge(rules);
    return {
      kind: 'patterns',
      patterns: [
        imageDetector(`${name}.image`, judge, images === 'allow'),
        ...linkDetectors(name, judge),
        ...listedTags(name, (url, image) => judge.allows(url, image ? 'image' : 'link')),
        ...(maxQueryChars === Infinity ? [] : [queryDetector(`${name}.query`, judge)]),
      ],
    };
  },
};
