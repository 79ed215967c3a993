import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowsBareUrl, allowsDestination } from './destination.js';
import { isRedirector } from './redirector.js';
import { isRelative, NO_URLS, UrlJudge } from './url-judge.js';

const listed = new UrlJudge({ ...NO_URLS, allow: ['allowed.example', '*.docs.example', 'bücher.example'] });

describe('UrlJudge', () => {
  it.each([
    'https://allowed.example',
    'http://allowed.example:8080/a?b#c',
    'HTTPS://ALLOWED.EXAMPLE/',
    'https://allowed.example.',
    'https:\\\\allowed.example\\x',
    'https://al%6cowed.example/',
    'https://a.b.docs.example/',
    'https://xn--bcher-kva.example/',
    'https://BÜCHER.example/',
    '//allowed.example/x',
    'a/b',
    '../x#y',
    '?q=1',
    '#top',
    '',
    'https://',
    '//',
    'mailto:',
  ])('allows %j', (reference) => {
    expect(listed.allows(reference)).toBe(true);
  });

  it.each([
    'https://docs.example/',
    'https://notallowed.example/',
    'https://allowed.example.evil.example/',
    'https://user@allowed.example/',
    'https://:secret@allowed.example/',
    'ftp://allowed.example/',
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'data:,x',
    'mailto:a@allowed.example',
    'blob:https://allowed.example/1',
    'https:evil.example',
    '/\\evil.example',
    '\\/evil.example',
    '\t//evil.example',
    'https://allowed.example\u3002evil.example',
    'https://[::1]/',
    'http://0177.1/',
    'https://exa mple/',
    'https://allowed.example:99999/',
  ])('refuses %j', (reference) => {
    expect(listed.allows(reference)).toBe(false);
  });

  it('never allows what a browser would take to another host', () => {
    const piece = fc.constantFrom(
      ...[
        'https:',
        'http:',
        '/',
        '\\',
        '@',
        ':',
        '.',
        '?',
        '#',
        '\t',
        '%2e',
        '%40',
        '%2f',
        'allowed.example',
        'evil.example',
        'x',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const reference = pieces.join('');
        const read = URL.parse(reference, 'https://page.example/');
        if (!listed.allows(reference) || !read) return;
        // Dots at the end are the same host, and more than one of them none at all.
        expect(['allowed.example', 'page.example', ...EMPTY]).toContain(read.hostname.replace(/\.+$/, ''));
      }),
      { numRuns: 3_000 },
    );
  });
});

/** A scheme alone leads to the page's own host or nowhere. */
const EMPTY = [''];

describe('isRelative', () => {
  it.each([
    ['x', true],
    ['/x', true],
    ['//x', false],
    ['x:y', false],
    ['https:', true],
    ['./a:b', true],
  ])('of %j is %s', (reference, expected) => {
    expect(isRelative(reference)).toBe(expected);
  });
});

describe('allowsDestination', () => {
  it.each([
    ['https://allowed.example', true],
    ['<https://allowed.example', true],
    ['a\\_b', true],
    ['a&amp;b', true],
    ['&#97;/b', true],
    ['\\/\\/evil.example', false],
    ['&sol;&sol;evil.example', false],
    ['&#47;&#x2f;evil.example', false],
    ['&#9999999;//evil.example', true],
    ['https&colon;//evil.example', false],
    ['javascript&#58;alert', false],
    // An honest link has no reason to hide its host.
    ['https&colon;//allowed.example', false],
  ])('%j: %s', (destination, expected) => {
    expect(allowsDestination(listed, destination)).toBe(expected);
  });
});

describe('allowsBareUrl', () => {
  it.each([
    ['https://allowed.example).', true],
    ['https://allowed.example,https:', true],
    ['https://allowed.example](docs', true],
    ['https://...', true],
    ['https://allowed.example).evil.example', false],
    ['https://allowed.example](@evil.example', false],
    ['https://(evil.example', false],
    ['https://[::1', false],
  ])('%j: %s', (url, expected) => {
    expect(allowsBareUrl(listed, url)).toBe(expected);
  });
});

describe('isRedirector', () => {
  it.each([
    ['https://bit.ly/x', true],
    ['https://www.google.com/url?q=x', true],
    ['https://a.example/go?to=https://evil.example', true],
    ['https://a.example/go?to=%2F%2Fevil.example', true],
    ['https://a.example/go?to=https%253A%252F%252Fevil.example', true],
    ['https://a.example/https://evil.example', true],
    ['https://www.google.com/search?q=url', false],
    ['https://a.example/?date=2026/11/23&path=/a/b', false],
  ])('of %s is %s', (url, expected) => {
    expect(isRedirector(new URL(url))).toBe(expected);
  });
});
