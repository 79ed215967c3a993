import { describe, expect, it } from 'vitest';
import { isPrivateAddress, publicLookup, requirePublicHost } from './address-guard.js';

function look(addresses: readonly string[], all: boolean): Promise<unknown> {
  const lookup = publicLookup((_host, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    ),
  );
  return new Promise((resolve, reject) =>
    lookup('host.example', { all }, (error, address) => (error ? reject(error) : resolve(address))),
  );
}

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'not an address',
  ])('knows %s', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111'])('lets %s pass', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );
});

describe('publicLookup', () => {
  it('answers with what it checked', async () => {
    await expect(look(['8.8.8.8', '1.1.1.1'], false)).resolves.toBe('8.8.8.8');
    await expect(look(['8.8.8.8'], true)).resolves.toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  it('refuses a name of which any address is private', async () => {
    await expect(look(['8.8.8.8', '127.0.0.1'], true)).rejects.toMatchObject({ code: 'invalid_configuration' });
    await expect(look([], true)).rejects.toMatchObject({ code: 'invalid_configuration' });
  });
});

describe('requirePublicHost', () => {
  it('refuses private addresses that need no lookup', () => {
    expect(() => requirePublicHost('[::1]')).toThrow('private address');
    expect(() => requirePublicHost('169.254.169.254')).toThrow('private address');
    expect(() => requirePublicHost('api.example.com')).not.toThrow();
    expect(() => requirePublicHost('8.8.8.8')).not.toThrow();
  });
});
