import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertChangedEvent } from '../monitor.events.js';
import { fingerprint, type Alert } from './alert.js';
import { gettableAlert, webhookBody } from './alertmanager.js';
import { alertChanged } from '@weir/contracts';

const alert: Alert = {
  fingerprint: 'ab',
  name: 'Slow',
  status: 'firing',
  severity: 'page',
  labels: { alertname: 'Slow', severity: 'page' },
  annotations: { summary: 'It is slow.' },
  startsMs: Date.UTC(2026, 0, 1),
  endsMs: 0,
  updatedMs: Date.UTC(2026, 0, 1),
};
const resolved: Alert = { ...alert, status: 'resolved', endsMs: Date.UTC(2026, 0, 2) };

describe('the fingerprint', () => {
  it('is FNV-1a as Alertmanager computes it', () => {
    expect(fingerprint({})).toBe('cbf29ce484222325');
    // FNV-1a 64 of "a", 0xff, "b", 0xff.
    expect(fingerprint({ a: 'b' })).toBe(fnv([0x61, 0xff, 0x62, 0xff]));
  });

  it('does not depend on the order of labels, and differs where these do', () => {
    const labels = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string({ maxLength: 5 }), { maxKeys: 5 });
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const reversed = Object.fromEntries(Object.entries(a).reverse());
        expect(fingerprint(reversed)).toBe(fingerprint(a));
        const sorted = (each: Record<string, string>) => JSON.stringify(Object.entries(each).sort());
        if (sorted(a) !== sorted(b)) expect(fingerprint(a)).not.toBe(fingerprint(b));
      }),
    );
  });
});

/** The published algorithm on 32-bit halves, as a second opinion. */
function fnv(bytes: readonly number[]): string {
  let [high, low] = [0xcbf29ce4, 0x84222325];
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * 0x1b3;
    const nextLow = product % 2 ** 32;
    high = (high * 0x1b3 + Math.floor(product / 2 ** 32) + low * 0x100) % 2 ** 32;
    low = nextLow;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

describe('the form of Alertmanager', () => {
  it('has no end for an alert that fires', () => {
    expect(webhookBody(alert, 'http://weir')).toEqual({
      version: '4',
      groupKey: '{}:{alertname="Slow"}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'weir',
      notification_reason: 'first notification',
      groupLabels: { alertname: 'Slow' },
      commonLabels: alert.labels,
      commonAnnotations: alert.annotations,
      externalURL: 'http://weir',
      alerts: [
        {
          status: 'firing',
          labels: alert.labels,
          annotations: alert.annotations,
          startsAt: '2026-01-01T00:00:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'http://weir',
          fingerprint: 'ab',
        },
      ],
    });
  });

  it('has the end of a resolved one', () => {
    const body = webhookBody(resolved, '');
    expect(body).toMatchObject({ status: 'resolved', notification_reason: 'all alerts resolved' });
    expect(body.alerts[0]).toMatchObject({ endsAt: '2026-01-02T00:00:00.000Z' });
  });

  it('of its API says that an alert is active', () => {
    expect(gettableAlert(alert, 'http://weir', alert.startsMs)).toMatchObject({
      fingerprint: 'ab',
      endsAt: '2026-01-01T00:05:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      status: { state: 'active', inhibitedBy: [], silencedBy: [], mutedBy: [] },
    });
  });
});

describe('the event', () => {
  it('fits its schema', () => {
    for (const each of [alert, resolved]) {
      expect(alertChanged.data.parse(alertChangedEvent(each))).toMatchObject({
        fingerprint: 'ab',
        status: each.status,
      });
    }
  });
});
