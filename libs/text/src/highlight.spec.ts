import { highlight, MATCH_END, MATCH_START, queryTerms } from './index.js';

const shown = (text: string, question: string, language = 'en', words = 12): string =>
  highlight(text, queryTerms(question, language), language, { words })
    .replaceAll(MATCH_START, '[')
    .replaceAll(MATCH_END, ']');

describe('highlights', () => {
  test('the passage with the most different matches is shown, whatever form the words have', () => {
    const filler = 'Nothing of interest stands in this long introduction at all. '.repeat(5);
    const text = `${filler}The ambassadors signed the agreement in Amman. ${filler}`;
    expect(shown(text, 'ambassador agreements')).toBe(
      '… all. The [ambassadors] signed the [agreement] in Amman. Nothing of interest stands …',
    );
  });

  test('without a match the beginning is shown', () => {
    expect(shown('A short text.', 'elephant')).toBe('A short text.');
  });

  test('marks in the paper itself are taken out, so that nobody can make a match', () => {
    expect(highlight('a \uE000forged\uE001 match', queryTerms('match', 'en'), 'en')).toBe('a forged \uE000match\uE001');
  });

  test('line breaks become spaces', () => {
    expect(shown('First line\nsecond\n\nthird', 'second')).toBe('First line [second] third');
  });

  test('Arabic and Chinese words are marked', () => {
    expect(shown('وقعت الحكومة الاتفاقية أمس', 'اتفاقية', 'ar')).toContain('[الاتفاقية]');
    expect(shown('黑豹队的防守丢了分', '防守', 'zh')).toContain('[防守]');
  });
});
