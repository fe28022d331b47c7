import { parseQuery } from './index.js';

const nothing = { words: '', phrases: [], excluded: [], fields: [] };

describe('what people type', () => {
  test('words, phrases, exclusions and fields are told apart', () => {
    expect(parseQuery('cease-fire "Suez Canal" -Eilat kind:cable from:"Embassy in Israel" -country:EG')).toEqual({
      words: 'cease-fire',
      phrases: ['Suez Canal'],
      excluded: ['Eilat'],
      fields: [
        { field: 'kind', value: 'cable', excluded: false },
        { field: 'from', value: 'Embassy in Israel', excluded: false },
        { field: 'country', value: 'EG', excluded: true },
      ],
    });
  });

  test.each(['“Suez Canal”', '«Suez Canal»', '„Suez Canal“', '"Suez Canal"'])('%s is a phrase', (text) => {
    expect(parseQuery(text)).toEqual({ ...nothing, phrases: ['Suez Canal'] });
  });

  test('an excluded phrase is one exclusion', () => {
    expect(parseQuery('-"no comment" talks')).toEqual({ ...nothing, words: 'talks', excluded: ['no comment'] });
  });

  test('a colon after a word that is no field is only a colon', () => {
    expect(parseQuery('Subject: talks at 10:30')).toEqual({ ...nothing, words: 'Subject: talks at 10:30' });
  });

  test('what is not finished stays words', () => {
    expect(parseQuery('"half a phrase - kind:')).toEqual({ ...nothing, words: '"half a phrase kind:' });
    expect(parseQuery('   ')).toEqual(nothing);
  });
});
