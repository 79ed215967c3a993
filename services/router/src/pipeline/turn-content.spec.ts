import { expect, it } from 'vitest';
import { contentOf } from './turn-content.js';

it('is what was said, where nothing was retrieved', () => {
  expect(contentOf({ content: 'why?', documents: [] })).toBe('why?');
});

it('begins with what was retrieved, in its order, each with its end', () => {
  const documents = [
    { title: 'FAQ', text: 'one' },
    { title: '', text: 'two' },
  ];
  expect(contentOf({ content: 'why?', documents })).toBe(
    '[document 1: FAQ]\none\n[end of document 1]\n\n[document 2]\ntwo\n[end of document 2]\n\nwhy?',
  );
});
