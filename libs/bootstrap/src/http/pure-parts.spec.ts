import { BadRequestException, NotFoundException, ServiceUnavailableException } from '@nestjs/common';
import { WeirError } from '@weir/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonBody } from './body-parser.js';
import { toWeirError } from './error-answer.js';
import { InFlight } from './in-flight.js';
import { refusalOf } from './malformed-request.js';
import { requestIdFrom } from './request-id.js';
import { RouteTable } from './route-table.js';

describe('parseJsonBody', () => {
  const parse = (text: string) => parseJsonBody(Buffer.from(text));

  it('reads any JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('reads a body that begins with a byte order mark', () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it('takes an empty body for none', () => {
    expect(parse('')).toBeUndefined();
  });

  it('never lets a key replace a prototype', () => {
    for (const text of ['{"__proto__":{"admin":true}}', '{"\\u005f_proto_\\u005F":{"admin":true}}']) {
      const copy: { admin?: boolean } = Object.assign({}, parse(text));
      expect(copy.admin).toBeUndefined();
    }
    expect(parse('{"text":"about __proto__"}')).toEqual({ text: 'about __proto__' });
  });

  it('tells invalid UTF-8 from invalid JSON, without quoting either', () => {
    expect(() => parseJsonBody(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toThrow(
      expect.objectContaining({ code: 'invalid_utf8' }),
    );
    const broken = () => parse('{"secret prompt": nope}');
    expect(broken).toThrow(expect.objectContaining({ code: 'invalid_json' }));
    expect(broken).not.toThrow(/secret|nope/);
  });

  it('answers any bytes with a value or one of the two errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          parseJsonBody(bytes);
        } catch (error) {
          expect(['invalid_utf8', 'invalid_json']).toContain((error as WeirError).code);
        }
      }),
    );
  });
});

describe('toWeirError', () => {
  const fastifyError = (code: string, statusCode: number) =>
    Object.assign(new Error('own words'), { code, statusCode });

  it.each([
    [fastifyError('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'payload_too_large'],
    [fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'unsupported_media_type'],
    [fastifyError('FST_ERR_BAD_URL', 400), 'invalid_request'],
    [fastifyError('FST_ERR_MAX_PARAM_LENGTH', 414), 'invalid_request'],
    [new BadRequestException('no'), 'invalid_request'],
    [new NotFoundException('no'), 'not_found'],
    [new ServiceUnavailableException('no'), 'shutting_down'],
    [Object.assign(new Error('of a driver'), { statusCode: 404 }), 'internal'],
    [new TypeError('a bug'), 'internal'],
    ['thrown text', 'internal'],
    [undefined, 'internal'],
  ])('maps %s to %s', (error, code) => {
    expect(toWeirError(error).code).toBe(code);
  });

  it('leaves a typed error as it is and hides the text of an untyped one', () => {
    const typed = new WeirError('model_not_found', 'no such model', { param: 'model' });
    expect(toWeirError(typed)).toBe(typed);
    expect(toWeirError(new Error('password=hunter2')).message).not.toContain('hunter2');
  });
});

describe('refusalOf', () => {
  it.each([
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'deadline_exceeded'],
    ['HPE_HEADER_OVERFLOW', 431, 'invalid_request'],
    ['HPE_INVALID_METHOD', 400, 'invalid_request'],
    [undefined, 400, 'invalid_request'],
  ])('turns %s into %s %s', (parserCode, status, code) => {
    expect(refusalOf(parserCode)).toMatchObject({ status, error: { code } });
  });
});

describe('requestIdFrom', () => {
  it.each(['a', 'x'.repeat(128), 'id-with-~!'])('accepts %j', (id) => {
    expect(requestIdFrom(id, () => 'made')).toBe(id);
  });

  it.each([undefined, '', 'x'.repeat(129), 'caf\u00e9', 'a b', 'a\tb', ['a', 'b']])('makes one instead of %j', (id) => {
    expect(requestIdFrom(id, () => 'made')).toBe('made');
  });
});

describe('RouteTable', () => {
  const table = new RouteTable();
  table.add('GET', '/v1/models');
  table.add('GET', '/v1/models/:id');
  table.add('DELETE', '/v1/models/:id');
  table.add('POST', '/files/*');
  table.add('GET', '/api/2.0/list');
  table.add('POST', '/safety/text::check');

  it.each([
    ['/v1/models', ['GET']],
    ['/v1/models/smol', ['DELETE', 'GET']],
    ['/v1/models/smol/x', []],
    ['/files/a/b', ['POST']],
    ['/api/2.0/list', ['GET']],
    ['/api/2x0/list', []],
    ['/safety/text:check', ['POST']],
    ['/safety/text:other', []],
    ['/safety/text::check', []],
    ['/', []],
  ])('knows the methods of %s', (path, methods) => {
    expect(table.methodsOf(path)).toEqual(methods);
  });
});

describe('InFlight', () => {
  it('is idle when nothing runs, and again after the last one left', async () => {
    const running = new InFlight();
    await running.idle();
    running.enter();
    running.enter();
    let idle = false;
    const waiting = running.idle().then(() => (idle = true));
    running.leave();
    await Promise.resolve();
    expect(idle).toBe(false);
    running.leave();
    await waiting;
    expect(running.count).toBe(0);
  });
});
