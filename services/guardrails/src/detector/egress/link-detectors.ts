import { CharSet, WORD } from '../../pattern/char-set.js';
import type { DetectorSpec } from '../detector.js';
import { allowsBareUrl, allowsDestination } from './destination.js';
import { egressSpec, LINK_REMOVED } from './egress-spec.js';
import {
  DESTINATION_HOST_SET,
  DESTINATION_REST_SET,
  grammar,
  HOST_SET,
  setOf,
  URL_REST_SET,
  URL_SET,
} from './url-grammar.js';
import type { UrlJudge } from './url-judge.js';

/** Longest host, with what may precede it, that is judged; `tooLong` finds those beyond. */
const MAX_JUDGED = 320;
const MAX_URL = 1_024;

const destination = { maxLength: MAX_JUDGED, notBefore: DESTINATION_HOST_SET, tail: DESTINATION_REST_SET };
const bare = { maxLength: MAX_JUDGED, notBefore: HOST_SET, tail: URL_REST_SET };

/**
 * Links in Markdown and in prose that lead to where they must not. Only the host is waited for, so that little is held back;
 * what follows it goes with it.
 */
export function linkDetectors(prefix: string, judge: UrlJudge): readonly DetectorSpec[] {
  return [
    egressSpec({
      ...destination,
      id: `${prefix}.inline`,
      entity: 'MARKDOWN_LINK',
      pattern: String.raw`\]\(${grammar.destination}`,
      validate: (value) => !allowsDestination(judge, value.slice(2)),
      // The closing parenthesis of the link stays in the text and closes this one.
      replacement: '] (link removed',
    }),
    egressSpec({
      ...destination,
      id: `${prefix}.definition`,
      entity: 'MARKDOWN_DEFINITION',
      pattern: String.raw`\]:${grammar.destination}`,
      validate: (value) => !allowsDestination(judge, value.slice(2)),
      replacement: `] ${LINK_REMOVED}`,
    }),
    egressSpec({
      ...destination,
      id: `${prefix}.autolink`,
      entity: 'AUTOLINK',
      pattern: String.raw`<[a-z][a-z0-9+.\-]{1,31}:[/\\]${grammar.destination}`,
      validate: (value) => !allowsDestination(judge, value),
    }),
    hostDetector(`${prefix}.url`, 'URL', (value) => !allowsBareUrl(judge, value)),
    egressSpec({
      ...bare,
      id: `${prefix}.www`,
      entity: 'URL',
      pattern: String.raw`www\.${grammar.authority}`,
      notAfter: PART_OF_URL,
      tail: PART_OF_URL,
      validate: (value) => !allowsBareUrl(judge, `http://${value}`),
    }),
    egressSpec({
      ...bare,
      id: `${prefix}.protocol_relative`,
      entity: 'URL',
      pattern: String.raw`[/\\][/\\]${grammar.authority}`,
      notAfter: OPENERS.complement(),
      tail: PART_OF_REFERENCE,
      validate: (value) => !allowsBareUrl(judge, `https:${value}`),
    }),
    tooLong(`${prefix}.long`),
    schemeDetector(`${prefix}.scheme`),
  ];
}

const WORD_BUT_EMPHASIS = CharSet.where((unit) => unit !== 95 && WORD.has(unit));
const PART_OF_URL = WORD_BUT_EMPHASIS.union(setOf('/.-=@:%?&#'));
/** Behind these, two slashes begin a reference; behind others they are a comment or a path. */
const OPENERS = setOf('(="\'<,');
const PART_OF_REFERENCE = WORD.union(setOf('/.-%?&#+~@'));

/** Finds bare URLs by their host, and what precedes it. */
export function hostDetector(id: string, entity: string, validate: (value: string) => boolean): DetectorSpec {
  return egressSpec({
    ...bare,
    id,
    entity,
    pattern: String.raw`${grammar.hostScheme}:[/\\]+${grammar.authority}`,
    validate,
  });
}

/** Links whose query or fragment is too long, by which data could leave. */
export function queryDetector(id: string, judge: UrlJudge): DetectorSpec {
  return wholeUrl(id, 'URL_QUERY', (value) => !allowsBareUrl(judge, value));
}

/** Finds whole URLs that are not fine, up to their longest readable length. */
export function wholeUrl(id: string, entity: string, validate: (value: string) => boolean): DetectorSpec {
  return egressSpec({
    id,
    entity,
    pattern: String.raw`${grammar.hostScheme}:[/\\]+${grammar.url}+`,
    maxLength: MAX_URL,
    notBefore: URL_SET,
    tail: URL_REST_SET,
    validate,
  });
}

/** Hosts and destinations that are too long to be judged, or padded out of sight: no honest link looks like that. */
function tooLong(id: string): DetectorSpec {
  const host = String.raw`[^\s<>/\\?#]{256}`;
  return egressSpec({
    id,
    entity: 'URL',
    pattern: [
      String.raw`\](\(\s{65}|:[ \t]*\n?[ \t]{65})`,
      String.raw`\][(:]\s{0,64}<?([/\\]{16}|[/\\]*[^\s<>)/\\?#]{256})`,
      String.raw`((https?|wss?|ftps?):[/\\]+|www\.|[(="'<,][/\\]{2})${host}`,
    ].join('|'),
    maxLength: 400,
  });
}

const SCHEMES = [
  '(javascript|vbscript|livescript|view-source|search-ms|ms-[a-z\\-]{2,24}):',
  '(file|intent|filesystem|chrome|resource):[/\\\\]',
  'blob:https?:',
  'jar:(https?|file):',
];

/** Schemes that run something or reach what is local, whatever is around them. */
function schemeDetector(id: string): DetectorSpec {
  return egressSpec({
    id,
    entity: 'URL_SCHEME',
    pattern: [
      `(${SCHEMES.join('|')})[^\\s]`,
      // White space and control characters inside of a scheme are left out by browsers.
      String.raw`${[...'javascript'].join(String.raw`[\t\r\n]{0,4}`)}[\t\r\n]{0,4}:[^\s]`,
      String.raw`(java|vb)script(&colon;|&#0{0,5}58;?|&#x0{0,5}3a;?)`,
      String.raw`data:([a-z]+/[a-z0-9.+\-]+)?(;[a-z0-9=.\-]{1,64}){0,4},`,
    ].join('|'),
    notAfter: WORD.union(setOf('-')),
    maxLength: 320,
    tail: URL_REST_SET,
  });
}
