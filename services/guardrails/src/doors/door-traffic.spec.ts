import { WeirError, type ErrorCode } from '@weir/errors';
import { Metrics } from '@weir/telemetry';
import { beforeEach, describe, expect, it } from 'vitest';
import { DoorTraffic } from './door-traffic.service.js';
import { asUnprocessable, UnprocessableError } from './wire/unprocessable.errors.js';

describe('the traffic of the doors', () => {
  let metrics: Metrics;
  let traffic: DoorTraffic;
  beforeEach(() => {
    metrics = new Metrics();
    traffic = new DoorTraffic(metrics);
  });
  const counted = async () =>
    (await metrics.render()).body.match(/(?<=^weir_guardrails_door_requests_total)\{.*$/gm)?.toSorted() ?? [];
  const failing = (code: ErrorCode) => () => {
    throw new WeirError(code, 'why', { param: 'text' });
  };

  it('is counted by door and result, and gives what the work gave', async () => {
    expect(await traffic.count('azure', () => 7)).toBe(7);
    expect(await traffic.countStrict('fms', async () => 'x')).toBe('x');
    await expect(traffic.count('azure', failing('not_found'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await counted()).toEqual([
      '{door="azure",code="not_found"} 1',
      '{door="azure",code="ok"} 1',
      '{door="fms",code="ok"} 1',
    ]);
  });

  it('counts what nobody expected as an internal error, and passes it on as it is', async () => {
    const cause = new TypeError('undefined is not a function');
    await expect(traffic.count('presidio', () => Promise.reject(cause))).rejects.toBe(cause);
    expect(await counted()).toEqual(['{door="presidio",code="internal"} 1']);
  });

  it.each<[ErrorCode, number, ErrorCode]>([
    ['invalid_request', 422, 'invalid_request'],
    ['invalid_json', 422, 'invalid_json'],
    ['invalid_utf8', 422, 'invalid_utf8'],
    ['unsupported_parameter', 422, 'unsupported_parameter'],
    ['invalid_configuration', 422, 'invalid_request'],
    ['not_found', 404, 'not_found'],
    ['payload_too_large', 413, 'payload_too_large'],
    ['missing_api_key', 401, 'missing_api_key'],
    ['guardrails_unavailable', 503, 'guardrails_unavailable'],
  ])('answers %s with %i where clients expect 422', async (code, httpStatus, told) => {
    const refused = traffic.countStrict('orchestrator', failing(code));
    await expect(refused).rejects.toMatchObject({ code: told, httpStatus, param: 'text', message: 'why' });
    expect(await counted()).toEqual([`{door="orchestrator",code="${told}"} 1`]);
  });
});

describe('asUnprocessable', () => {
  it('keeps the cause, and no parameter where there was none', () => {
    const cause = new WeirError('invalid_request', 'why');
    const error = asUnprocessable(cause) as UnprocessableError;
    expect(error).toBeInstanceOf(UnprocessableError);
    expect(error.cause).toBe(cause);
    expect(error.param).toBe(cause.param);
  });

  it('leaves what is no error of Weir alone', () => {
    const cause = new RangeError('x');
    expect(asUnprocessable(cause)).toBe(cause);
    expect(asUnprocessable('text')).toBe('text');
  });
});
