import { WeirError } from '@weir/errors';
import { Metrics } from '@weir/telemetry';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pathText, readWith, UNSUPPORTED } from './door-body.js';
import { DoorTraffic } from '../door-traffic.service.js';
import { asUnprocessable, UnprocessableError } from './unprocessable.errors.js';

const schema = z.strictObject({
  list: z.array(z.strictObject({ size: z.number() })).optional(),
  image: z
    .unknown()
    .refine((value) => value === undefined, { error: 'no images.', ...UNSUPPORTED })
    .optional(),
});

describe('readWith', () => {
  it.each([
    [{ list: [{ size: 'x' }] }, 'list[0].size', 'invalid_request'],
    [{ list: [{ size: 1, colour: 2 }] }, 'list[0].colour', 'unsupported_parameter'],
    [{ image: 1 }, 'image', 'unsupported_parameter'],
    [[], undefined, 'invalid_request'],
  ])('names what is wrong in %j', (value, param, code) => {
    expect(() => readWith(schema, value)).toThrow(expect.objectContaining({ param, code }));
  });

  it('gives what the schema reads', () => {
    expect(readWith(schema, { list: [{ size: 1 }] })).toEqual({ list: [{ size: 1 }] });
  });

  it('writes paths as the OpenAI API does', () => {
    expect(pathText(['messages', 0, 'content', 1, 'text'])).toBe('messages[0].content[1].text');
  });
});

describe('asUnprocessable', () => {
  it('gives mistakes in a request status 422 and leaves all else', () => {
    const wrong = asUnprocessable(new WeirError('invalid_configuration', 'regex', { param: 'p' }));
    expect(wrong).toBeInstanceOf(UnprocessableError);
    expect(wrong).toMatchObject({ httpStatus: 422, code: 'invalid_request', message: 'regex', param: 'p' });
    const other = new WeirError('payload_too_large', 'long');
    expect(asUnprocessable(other)).toBe(other);
    const bug = new TypeError('bug');
    expect(asUnprocessable(bug)).toBe(bug);
  });
});

describe('DoorTraffic', () => {
  it('counts by door and code, and gives back what came of it', async () => {
    const metrics = new Metrics();
    const traffic = new DoorTraffic(metrics);
    expect(await traffic.count('fms', () => 'done')).toBe('done');
    const wrong = () => Promise.reject(new WeirError('invalid_request', 'no'));
    await expect(traffic.count('fms', wrong)).rejects.toMatchObject({ httpStatus: 400 });
    await expect(traffic.countStrict('fms', wrong)).rejects.toMatchObject({ httpStatus: 422 });
    await expect(traffic.count('azure', () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
    const { body } = await metrics.render();
    expect(body).toContain('weir_guardrails_door_requests_total{door="fms",code="ok"} 1');
    expect(body).toContain('weir_guardrails_door_requests_total{door="fms",code="invalid_request"} 2');
    expect(body).toContain('weir_guardrails_door_requests_total{door="azure",code="internal"} 1');
  });
});
