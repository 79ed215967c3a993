import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckGate, type JudgePiece, type PieceVerdict } from './check-gate.js';

const PASS: PieceVerdict = { counted: [], replacement: undefined, stop: false };

/** Blocks, or replaces, every piece in which the word ends. */
function judging(word: string, more: Partial<PieceVerdict> = { stop: true }): JudgePiece {
  return async (text, from) => {
    const end = text.lastIndexOf(word) + word.length;
    return text.includes(word) && end > from ? { ...PASS, ...more } : PASS;
  };
}

async function gated(pieces: readonly string[], window: number, judge: JudgePiece) {
  const gate = new CheckGate(window, judge);
  let text = '';
  let most = 0;
  for (const piece of pieces) {
    text += await gate.push(piece);
    most = Math.max(most, gate.held);
  }
  return { text: text + (await gate.end()), most, gate };
}

function cut(text: string, places: readonly number[]): string[] {
  const sorted = [...new Set(places.map((place) => place % (text.length + 1)))].sort((one, other) => one - other);
  return [0, ...sorted].map((from, index) => text.slice(from, sorted[index] ?? text.length));
}

const prose = 'It rained all day. Then it stopped! Nobody knew why?\nThe river rose by two feet, and the weir held. ';

describe('CheckGate', () => {
  it('gives everything that passes, and holds no more than its window and what has just come', async () => {
    const { text, most } = await gated([...prose.repeat(20)], 80, judging('nowhere'));
    expect(text).toBe(prose.repeat(20));
    expect(most).toBeLessThanOrEqual(80);
  });

  it('judges the same pieces however the text arrives', async () => {
    const text = prose.repeat(3).replaceAll('.', '. "quoted." 😀');
    const piecesOf = async (chunks: readonly string[]) => {
      const seen: string[] = [];
      await gated(chunks, 40, async (piece, from) => (seen.push(piece.slice(from)), PASS));
      return seen;
    };
    const whole = await piecesOf([text]);
    expect(whole.join('')).toBe(text);
    expect(Math.max(...whole.map((piece) => piece.length))).toBeLessThanOrEqual(40);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { maxLength: 20 }), async (places) => {
        expect(await piecesOf(cut(text, places))).toEqual(whole);
      }),
      { numRuns: 200 },
    );
    expect(await piecesOf([...text])).toEqual(whole);
  });

  it('lets nothing of a stopped piece out, and nothing after it', async () => {
    const { text, gate } = await gated([...`${prose}a secret is told. ${prose}`], 60, judging('secret'));
    expect(text).not.toContain('secret');
    expect(prose.startsWith(text)).toBe(true);
    expect(gate.stopped).toBe(true);
    expect(await gate.push('more')).toBe('');
  });

  it('sees what lies across the border of two pieces', async () => {
    const long = `${'x'.repeat(35)} secret ${'y'.repeat(60)}`;
    const { gate } = await gated([long], 40, judging('secret'));
    expect(gate.stopped).toBe(true);
  });

  it('holds everything until the end without a window', async () => {
    const gate = new CheckGate(Infinity, judging('secret'));
    expect(await gate.push(prose.repeat(10))).toBe('');
    expect(gate.held).toBe(prose.length * 10);
    expect(await gate.end()).toBe(prose.repeat(10));
  });

  it('replaces a piece, and still knows where later text stood', async () => {
    const { text, gate } = await gated(
      ['One secret is here. ', 'And the rest.'],
      20,
      judging('secret', { replacement: '[GONE] ' }),
    );
    expect(text).toBe('[GONE] And the rest.');
    expect(gate.originalOffset(text.indexOf('rest'))).toBe('One secret is here. And the rest.'.indexOf('rest'));
  });

  it('never cuts a character in two', async () => {
    const seen: string[] = [];
    await gated(['😀'.repeat(50)], 21, async (piece, from) => (seen.push(piece.slice(from)), PASS));
    expect(seen.every((piece) => piece.isWellFormed())).toBe(true);
  });

  it('comes to an end with the smallest window there is', async () => {
    for (const text of ['😀😀', 'a😀', '😀a', '\ud83d', '\ud83dx\ud83d'])
      for (const window of [1, 2, 3]) {
        const pieces: string[] = [];
        await gated([text], window, async (piece, from) => (pieces.push(piece.slice(from)), PASS));
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => piece.isWellFormed() || !text.isWellFormed())).toBe(true);
      }
  });

  it('keeps every place of what was given inside of the piece that it stands for', async () => {
    const replacement = fc.string({ unit: fc.constantFrom('#'), minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(replacement, { nil: undefined }), { minLength: 1, maxLength: 6 }),
        async (each) => {
          const spans: { length: number; given: number }[] = [];
          const { gate } = await gated([prose.repeat(6)], 80, async (piece, from) => {
            const own = each[spans.length];
            spans.push({ length: piece.length - from, given: own?.length ?? piece.length - from });
            return { ...PASS, replacement: own };
          });
          let [original, given] = [0, 0];
          for (const span of spans) {
            for (let at = 0; at <= span.given; at++) {
              const place = gate.originalOffset(given + at);
              expect(place).toBeGreaterThanOrEqual(original);
              expect(place).toBeLessThanOrEqual(original + span.length);
            }
            expect(gate.originalOffset(given)).toBe(original);
            original += span.length;
            given += span.given;
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
