import { describe, expect, it } from 'vitest';
import type { DetectorSpec } from '../detector/detector.js';
import { egressDetectors } from '../detector/egress/egress-catalogue.js';
import { piiDetectors } from '../detector/pii/pii-catalogue.js';
import { secretDetectors } from '../detector/secret/secret-catalogue.js';
import { CharSet, WORD } from '../pattern/char-set.js';
import { detector, KEY } from './sample-plan.fixture.js';
import { Scanner } from './scanner.js';
import { StreamScanner } from './stream-scanner.js';

let judged = 0;

/** Detectors whose checks are counted, by the characters that they read. */
function counting(specs: readonly DetectorSpec[]): Scanner {
  const judge = ({ validate }: DetectorSpec) =>
    validate && ((value: string) => (judged += value.length) > 0 && validate(value));
  return Scanner.compile(specs.map((spec) => ({ ...spec, validate: judge(spec) })));
}

const EVERYTHING = counting([...piiDetectors, ...secretDetectors, ...egressDetectors]);
/** Nothing ends their tails, and values begin wherever they can. */
const TAILS = counting([
  detector('any', String.raw`\{\{`, { tail: CharSet.any() }),
  detector('word', 'a{2}', { tail: WORD }),
  detector('every', '[a{]', { tail: CharSet.any() }),
  { ...KEY, notAfter: CharSet.of() },
]);

const SHORT = 3_000;

/** In pieces of three characters: candidates and tails that are followed, characters that are judged, text that is held. */
function workOf(scanner: Scanner, text: string, json: boolean): number {
  const stream = new StreamScanner(scanner, { json });
  judged = 0;
  let [followed, found, held] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 3) {
    stream.push(text.slice(at, at + 3));
    followed += 1 + stream.candidates + stream.growing;
    found += stream.takeMatches().length;
    held = Math.max(held, stream.window.end - stream.decidedTo);
    stream.forgetBefore(stream.decidedTo);
  }
  stream.end();
  expect(held).toBeLessThanOrEqual(scanner.maxHoldback);
  return followed + judged + found + stream.takeMatches().length;
}

describe('ten times the text is ten times the work', () => {
  it.each([
    ['braces', '{{', EVERYTHING],
    ['parentheses', '((((', EVERYTHING],
    ['tags', '<a ', EVERYTHING],
    ['almost addresses', 'a@a@', EVERYTHING],
    ['digits', '4', EVERYTHING],
    ['brackets', '[', EVERYTHING],
    ['images', '![', EVERYTHING],
    ['escapes of JSON', '\\u0034', EVERYTHING],
    ['headers of keys', '-----BEGIN PRIVATE KEY-----\n', EVERYTHING],
    ['addresses of pages', 'http://', EVERYTHING],
    ['tails that all grow', '{{', TAILS],
    ['tails that all grow, of several sets', 'aaa{{', TAILS],
    ['keys without an end', 'sk-abcd1234', TAILS],
  ])('%s', (_name, part, scanner) => {
    const json = part.startsWith('\\');
    const text = part.repeat(Math.ceil((10 * SHORT) / part.length)).slice(0, 10 * SHORT);
    const short = workOf(scanner, text.slice(0, SHORT), json);
    expect(workOf(scanner, text, json)).toBeLessThanOrEqual(11 * short);
  });
});
