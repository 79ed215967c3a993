import { describe, expect, it } from 'vitest';
import { plainTicket } from '../simulation/demands.js';
import { WaitingRoom } from './waiting-room.js';

describe('WaitingRoom', () => {
  it('counts requests and prompt tokens, and takes each one out once', () => {
    const room = new WaitingRoom();
    const [one, two] = [plainTicket(1, { promptTokens: 30 }), plainTicket(2, { tenant: 'b', promptTokens: 12 })];
    room.add(one);
    room.add(two);
    expect([room.size, room.tokens, [...room.tenants()]]).toEqual([2, 42, ['a', 'b']]);
    expect([room.remove(one), room.remove(one)]).toEqual([true, false]);
    expect([room.size, room.tokens, [...room.tenants()], room.lane('a')]).toEqual([1, 12, ['b'], []]);
  });

  it('knows who came first, over all lanes', () => {
    const room = new WaitingRoom();
    expect(room.firstEnteredAt()).toBe(Number.POSITIVE_INFINITY);
    room.add(plainTicket(1, { tenant: 'a' }, 700));
    room.add(plainTicket(2, { tenant: 'b' }, 300));
    room.add(plainTicket(3, { tenant: 'b' }, 900));
    expect(room.firstEnteredAt()).toBe(300);
    expect([...room.all()].map(({ id }) => id)).toEqual([1, 2, 3]);
  });
});
