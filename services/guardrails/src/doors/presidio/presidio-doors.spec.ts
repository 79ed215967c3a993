import { createHash } from 'node:crypto';
import { fakeSource } from '@weir/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorTraffic } from '../door-traffic.service.js';
import { doorCatalogue, doorFixture, type DoorFixture } from '../inspection/inspection.fixture.js';
import { PresidioHttp } from './presidio.http.js';

const CARD = '4111 1111 1111 1111';
const language = 'en';

describe('the doors of Presidio', () => {
  let doors: DoorFixture;
  let door: PresidioHttp;
  beforeEach(() => {
    const source = fakeSource();
    doors = doorFixture(source);
    door = new PresidioHttp(doors.inspection, new DoorTraffic(doors.metrics), source, doorCatalogue);
  });
  const analyze = (body: object) => door.analyze(body, doors.call as never);

  it('finds values in code points, by place', async () => {
    expect(await analyze({ text: `😀 a@b.co ${CARD}`, language })).toEqual([
      { entity_type: 'EMAIL_ADDRESS', start: 2, end: 8, score: 1, analysis_explanation: null },
      { entity_type: 'CREDIT_CARD', start: 9, end: 28, score: 1, analysis_explanation: null },
    ]);
  });

  it('answers a list of texts with a list for each', async () => {
    const answer = await analyze({ text: ['a@b.co', '', CARD], language });
    expect(answer).toMatchObject([[{ start: 0, end: 6 }], [], [{ entity_type: 'CREDIT_CARD' }]]);
  });

  it.each([
    ['entities', { entities: ['CREDIT_CARD'] }, ['CREDIT_CARD']],
    ['all of them where none are named', { entities: [] }, ['EMAIL_ADDRESS', 'CREDIT_CARD']],
    ['what is not allowed', { allow_list: ['a@b.co'] }, ['CREDIT_CARD']],
    ['what is sure enough', { score_threshold: 1 }, ['EMAIL_ADDRESS', 'CREDIT_CARD']],
    ['the usual where fields are null', { entities: null, score_threshold: null }, ['EMAIL_ADDRESS', 'CREDIT_CARD']],
    [
      'the same without recognizers and words',
      { ad_hoc_recognizers: [], context: null },
      ['EMAIL_ADDRESS', 'CREDIT_CARD'],
    ],
  ])('tells %s', async (_, more, entities) => {
    const found = (await analyze({ text: `a@b.co ${CARD}`, language, ...more })) as { entity_type: string }[];
    expect(found.map(({ entity_type }) => entity_type)).toEqual(entities);
  });

  it('explains its decisions when it is asked to', async () => {
    expect(await analyze({ text: CARD, language, return_decision_process: true })).toMatchObject([
      { analysis_explanation: { recognizer: 'pii.card', original_score: 1, score: 1 } },
    ]);
  });

  it.each([
    [{ language }, 'text', 'invalid_request'],
    [{ text: '', language }, 'text', 'invalid_request'],
    [{ text: [], language }, 'text', 'invalid_request'],
    [{ text: 'a' }, 'language', 'invalid_request'],
    [{ text: 'a', language, entities: ['PERSON'] }, 'entities', 'invalid_request'],
    [{ text: 'a', language, score_threshold: 2 }, 'score_threshold', 'invalid_request'],
    [{ text: 'a', language, allow_list_match: 'regex' }, 'allow_list_match', 'invalid_request'],
    [{ text: 'a', language, ad_hoc_recognizers: [{}] }, 'ad_hoc_recognizers', 'unsupported_parameter'],
    [{ text: 'a', language, context: ['card'] }, 'context', 'unsupported_parameter'],
    [{ text: 'a', language, nlp_artifacts: {} }, 'nlp_artifacts', 'unsupported_parameter'],
  ])('refuses to analyze %j', async (body, param, code) => {
    await expect(analyze(body)).rejects.toMatchObject({ code, param, httpStatus: 400 });
  });

  const found = [{ entity_type: 'NAME', start: 3, end: 6, score: 0.8 }];
  const anonymize = (anonymizers?: object, text = '😀, Ada!') =>
    door.anonymize({ text, analyzer_results: found, anonymizers });

  it.each([
    ['its name', undefined, '<NAME>'],
    ['its name where nothing is to stand there', { NAME: { type: 'replace', new_value: '' } }, '<NAME>'],
    ['a value', { NAME: { type: 'replace', new_value: 'somebody' } }, 'somebody'],
    ['a value for all others', { DEFAULT: { type: 'replace', new_value: '?' } }, '?'],
    ['its own before that of others', { DEFAULT: { type: 'redact' }, NAME: { type: 'keep' } }, 'Ada'],
    ['nothing', { NAME: { type: 'redact' } }, ''],
    ['signs', { NAME: { type: 'mask', masking_char: '😀', chars_to_mask: 2, from_end: true } }, 'A😀😀'],
    ['signs from the front', { NAME: { type: 'mask', masking_char: '*', chars_to_mask: 9, from_end: false } }, '***'],
    ['no signs', { NAME: { type: 'mask', masking_char: '*', chars_to_mask: -1, from_end: false } }, 'Ada'],
    [
      'a salted hash',
      { NAME: { type: 'hash', hash_type: 'sha256', salt: 'salt' } },
      createHash('sha256').update('saltAda').digest('hex'),
    ],
  ])('puts %s in the place of a value', async (_, anonymizers, replacement) => {
    const { text, items } = await anonymize(anonymizers);
    expect(text).toBe(`😀, ${replacement}!`);
    expect(items).toMatchObject([
      { entity_type: 'NAME', start: 3, end: 3 + [...replacement].length, text: replacement },
    ]);
  });

  it('hashes alike with one salt, and never without one', async () => {
    const hashed = async (operator: object) =>
      (await anonymize({ NAME: { type: 'hash', ...operator } })).items[0]?.text ?? '';
    expect(await hashed({ salt: 'a' })).toBe(await hashed({ salt: 'a' }));
    expect(await hashed({ salt: 'a' })).not.toBe(await hashed({ salt: 'b' }));
    expect(await hashed({})).not.toBe(await hashed({}));
    expect([(await hashed({})).length, (await hashed({ hash_type: 'sha512' })).length]).toEqual([64, 128]);
  });

  it.each([
    [{ NAME: { type: 'encrypt', key: 'x' } }, 'there is no operator "encrypt"'],
    [{ NAME: { type: 'hash', hash_type: 'md5' } }, 'hash_type'],
    [{ NAME: { type: 'mask', masking_char: '**', chars_to_mask: 1, from_end: true } }, 'masking_char'],
    [{ NAME: { type: 'mask', masking_char: '*', from_end: true } }, 'chars_to_mask'],
    [{ NAME: {} }, 'anonymizers.NAME.type'],
  ])('refuses the operator %j', async (anonymizers, why) => {
    const refused = anonymize(anonymizers);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toMatchObject({ httpStatus: 422 });
  });

  it.each([
    [{ analyzer_results: found }, 'text'],
    [{ text: '', analyzer_results: found }, 'text'],
    [{ text: 'a', analyzer_results: [{ start: 0, end: 1 }] }, 'analyzer_results[0].entity_type'],
    [{ text: 'a', analyzer_results: [{ entity_type: 'X', start: -1, end: 1 }] }, 'analyzer_results[0].start'],
    [{ text: 'a', analyzer_results: [{ entity_type: 'X', start: 0, end: 2 }] }, 'analyzer_results[0]'],
    [{ text: 'a', analyzer_results: [{ entity_type: 'X', start: 1, end: 1 }] }, 'analyzer_results[0]'],
  ])('refuses to anonymize %j', async (body, param) => {
    await expect(door.anonymize(body)).rejects.toMatchObject({ param, httpStatus: 422 });
  });

  it('lists what it finds, with what, and what it can do', () => {
    expect(door.recognizers()).toContain('pii.card');
    expect(door.recognizers()).not.toContain('secret.key');
    expect(door.supportedEntities()).toEqual([...new Set(door.supportedEntities())].sort());
    expect(door.supportedEntities()).toContain('IBAN_CODE');
    expect(door.anonymizers()).toEqual(['hash', 'keep', 'mask', 'redact', 'replace']);
  });
});
