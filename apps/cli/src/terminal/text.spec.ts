import { displayWidth, harmless, isolate, oneLine, pad, truncate, wrap } from './text.js';

const ARABIC = 'الممر الجنوبي';
const ESCAPE = '\u001b';

describe('text that other people wrote', () => {
  test('cannot move the cursor, ring the bell, or change a colour', () => {
    expect(harmless(`a${ESCAPE}[31mred${ESCAPE}]0;title\u0007\u009b2J`)).toBe(
      'a\ufffd[31mred\ufffd]0;title\ufffd\ufffd2J',
    );
  });

  test('cannot turn the reading order of what follows', () => {
    expect(harmless('invoice \u202egpj.exe \u2067x')).toBe('invoice gpj.exe x');
  });

  test('keeps its lines, whatever system they come from', () => {
    expect(harmless('one\r\ntwo\tthree\n')).toBe('one\ntwo\tthree\n');
  });

  test('stands on one line in a table', () => {
    expect(oneLine(' a\n\n b\tc ')).toBe('a b c');
  });
});

describe('right-to-left text', () => {
  test('stands between isolates, other text does not', () => {
    expect(isolate(ARABIC)).toBe(`\u2068${ARABIC}\u2069`);
    expect(isolate('Karsu round')).toBe('Karsu round');
  });

  test('is as wide as its letters', () => {
    expect(displayWidth(isolate(ARABIC))).toBe(13);
  });
});

describe('the width on a terminal', () => {
  test.each([
    ['plain', 5],
    ['é', 1],
    ['e\u0301', 1],
    ['外交', 4],
    ['мир', 3],
    ['', 0],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('a cut text has an ellipsis and never more than its width', () => {
    expect(truncate('Ambassador', 6)).toBe('Ambas…');
    expect(truncate('外交部門', 6)).toBe('外交…');
    expect(truncate('short', 6)).toBe('short');
  });

  test('a padded text has exactly its width', () => {
    expect(pad('外交', 6)).toBe('外交  ');
  });

  test('lines are broken between words and keep empty lines', () => {
    expect(wrap('one two three\n\nfour', 8)).toEqual(['one two', 'three', '', 'four']);
    expect(wrap('unbreakably long', 5)).toEqual(['unbreakably', 'long']);
  });
});
