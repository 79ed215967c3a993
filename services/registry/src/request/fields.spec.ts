import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpUrl, name, objectId, optionalCount, policyName, sha256, text, word } from './fields.js';

describe('name', () => {
  it.each(['a', '7b', 'smollm2-135m-instruct', 'gpt-4.1_mini', 'a'.repeat(63)])('takes %s', (value) => {
    expect(name.safeParse(value).success).toBe(true);
  });

  it.each(['', 'A', '-a', '.a', 'a b', 'a/b', 'é', 'a\n', 'a\0', 'a'.repeat(64)])('refuses %j', (value) => {
    expect(name.safeParse(value).success).toBe(false);
  });
});

describe('policyName', () => {
  it.each(['default', 'a@1', 'my-policy.v2@123456789'])('takes %s', (value) => {
    expect(policyName.safeParse(value).success).toBe(true);
  });

  it.each(['', '@1', 'a@0', 'a@01', 'a@', 'a@x', 'a@1@2', 'A@1', 'a@1234567890'])('refuses %j', (value) => {
    expect(policyName.safeParse(value).success).toBe(false);
  });
});

describe('objectId', () => {
  it('takes UUIDs in lower case only', () => {
    const id = '0199c0de-0000-7000-8000-000000000001';
    expect(objectId.safeParse(id).success).toBe(true);
    expect(objectId.safeParse(id.toUpperCase()).success).toBe(false);
    expect(objectId.safeParse(`${id}' OR 1=1`).success).toBe(false);
  });
});

describe('text', () => {
  it('never lets a control character or a lone surrogate through', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff), { maxLength: 20 }), (units) => {
        const value = String.fromCharCode(...units);
        const accepted = text(200).safeParse(value).success;
        if (accepted) expect(value).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
    expect(text(3).safeParse('\ud800').success).toBe(false);
    expect(text(10).safeParse('a\0b').success).toBe(false);
    expect(text(10).safeParse('Größe 7 🙂').success).toBe(true);
    expect(text(3).safeParse('four').success).toBe(false);
  });
});

describe('sha256', () => {
  it.each(['', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64)])('refuses %j', (value) => {
    expect(sha256.safeParse(value).success).toBe(false);
  });
});

describe('defaults of proto3', () => {
  it('reads zero and empty as absent', () => {
    expect(optionalCount(8, 64).parse(0)).toBe(8);
    expect(optionalCount(8, 64).parse(2)).toBe(2);
    expect(optionalCount(8, 64).safeParse(65).success).toBe(false);
    expect(word(['closed', 'open']).parse('')).toBe('closed');
    expect(word(['closed', 'open']).parse('open')).toBe('open');
    expect(word(['closed', 'open']).safeParse('ajar').success).toBe(false);
  });
});

describe('httpUrl', () => {
  it.each([
    ['https://api.example.com/v1', 'https://api.example.com/v1'],
    ['http://127.0.0.1:8000/v1/', 'http://127.0.0.1:8000/v1'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000/v1'],
  ])('takes %s', (given, kept) => {
    expect(httpUrl.parse(given)).toBe(kept);
  });

  it.each([
    '',
    '/v1',
    'api.example.com/v1',
    'ftp://example.com',
    'file:///etc/passwd',
    'https://user:secret@example.com/v1',
    'https://user@example.com/v1',
    'https://example.com/v1?key=secret',
    'https://example.com/v1#part',
    'https://exa mple.com/v1',
    'https://example.com\\@evil.example/v1',
    'https://example.com/v1\n',
    'javascript:alert(1)',
    `https://example.com/${'a'.repeat(2048)}`,
  ])('refuses %j', (given) => {
    expect(httpUrl.safeParse(given).success).toBe(false);
  });
});
