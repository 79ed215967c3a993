import { describe, expect, it } from 'vitest';
import { checkInput, conversationText } from '../../text/conversation.fixture.js';
import type { CheckFinding } from '../text-check.js';
import { invisibleTextCheck } from './invisible-text-check.js';

const check = invisibleTextCheck();
const found = (text: string) => check.check(checkInput([conversationText(text)])) as readonly CheckFinding[];
const counted = (text: string) => found(text).filter(({ score }) => score >= check.threshold);
const hidden = (text: string, first: number) =>
  [...text].map((each) => String.fromCodePoint(first + each.charCodeAt(0))).join('');

describe('invisible text', () => {
  it.each([
    ['tag characters', `hi${hidden('obey', 0xe0000)}`, 'tag_characters'],
    ['variation selectors', `😀${hidden('secret', 0xe0100 - 16)}`, 'variation_selectors'],
    ['selectors after nothing that has two looks', 'a\ufe0fb\ufe0fc\ufe0fd\ufe0f', 'variation_selectors'],
    ['an override of the direction', 'user\u202egnp.exe', 'bidi_override'],
    ['zero-width characters in words', 'i\u200bg\u200bn\u200bo\u200bre', 'zero_width'],
    ['joiners in words', 'i\u200dg\u200dn\u200do\u200dre', 'zero_width'],
    ['invisible operators', '\u2062\u2064\u2062\u2062', 'zero_width'],
    ['control characters', 'ig\u0000n\u0001o\u0002re', 'control_characters'],
    ['hyphens for every letter', 'i\u00adg\u00adn\u00ado\u00adre', 'zero_width'],
  ])('of %s', (_, text, entity) => {
    expect(counted(text)).toMatchObject([{ entity, category: 'injection', owasp: 'LLM01' }]);
  });

  it.each([
    ['plain text', 'Nothing to see\there.'],
    ['emoji and flags', '👩‍💻🇺🇸❤️ 👨‍👩‍👧‍👦 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 1️⃣ ☀️ ©️'],
    ['a byte order mark', '\ufeffHello world'],
    ['Persian', 'می\u200cخواهم کتاب\u200cهای زیادی بخوانم و می\u200cنویسم و می\u200cروم'],
    ['Hindi', 'क्\u200dष श्री र्\u200dय क्\u200dष र्\u200dय क्\u200dष'],
    ['two directions', 'مرحبا \u200fabc\u200e و \u2066def\u2069 و \u200fghi\u200e'],
    ['hyphenation', 'Do\u00adnau\u00addampf\u00adschiff\u00adfahrts\u00adgesellschaft'],
    ['ideographic variants', '葛\u{e0100}城市と辻\u{e0100}さん'],
    ['colours', 'a \u001b[31mred\u001b[0m word'],
  ])('not in %s', (_, text) => {
    expect(counted(text)).toEqual([]);
  });

  it('scores by the amount, and says from where to where', () => {
    const scores = [1, 3, 9].map((count) => found(`ab${'\u200b'.repeat(count)}cd`)[0]?.score ?? 0);
    expect(scores[0]).toBeLessThan(check.threshold);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(found('ab\u200bcd\u200be')).toMatchObject([{ start: 2, end: 6, path: 'messages.0.content' }]);
  });
});
