import { queryTerms, terms, tokenize } from './index.js';

const same = (left: string, right: string, language: string): void => {
  expect(terms(left, language)).toEqual(terms(right, language));
};

describe('one spelling for what people write in several', () => {
  test('the four apostrophes of Uzbek Latin are one letter, and leaving it out finds the word too', () => {
    const spellings = ['oʻzbek', 'o‘zbek', 'o’zbek', "o'zbek", 'o`zbek', 'ozbek'];
    expect(new Set(spellings.map((word) => terms(word, 'uz').join()))).toEqual(new Set(['ozbek']));
  });

  test.each([
    ['Ўзбекистон', 'Oʻzbekiston'],
    ['ҳамкорлик', 'hamkorlik'],
    ['ғалаба', 'gʻalaba'],
    ['келишув', 'kelishuv'],
    ['ёзув', 'yozuv'],
    ['ер', 'yer'],
    ['маъно', "ma'no"],
    ['цирк', 'sirk'],
    ['конституция', 'konstitutsiya'],
  ])('Uzbek %s and %s are one word in both alphabets', (cyrillic, latin) => {
    same(cyrillic, latin, 'uz');
  });

  test('Uzbek endings of case, possession and number fall away', () => {
    expect(terms('davlatlarning davlatga davlatlari davlat', 'uz')).toEqual(['davlat', 'davlat', 'davlat', 'davlat']);
    same('vazirligi', 'vazirlik', 'uz');
  });

  test('Arabic article, vowel points, tatweel and forms of alef are folded', () => {
    same('الاتفاقية', 'اتفاقية', 'ar');
    same('مُعَاهَدَة', 'معاهدة', 'ar');
    same('الـمـفـاوضـات', 'المفاوضات', 'ar');
    same('أمن', 'امن', 'ar');
    same('إعلان', 'اعلان', 'ar');
  });

  test('digits of other scripts are digits, thousands need no separator', () => {
    expect(terms('١٩٦٧ ۱۹۶۷ १९६७ 1967', 'und')).toEqual(['1967', '1967', '1967', '1967']);
    expect(terms('20,000 3.5 1,234,567', 'en')).toEqual(['20000', '3.5', '1234567']);
  });

  test('accents are found without them, capital letters without capitals', () => {
    same('RÉUNION Générale', 'reunion generale', 'und');
    same('Größe Ærø Łódź', 'grosse aero lodz', 'und');
    same('ΑΘΉΝΑ', 'αθηνα', 'el');
    same('οικονομικός', 'οικονομικοσ', 'el');
  });
});

describe('languages', () => {
  test.each([
    ['en', 'agreements negotiated', 'agreement negotiating'],
    ['fr', 'négociations accords', 'négociation accord'],
    ['es', 'negociaciones acuerdos', 'negociación acuerdo'],
    ['ru', 'переговоров соглашения', 'переговоры соглашение'],
    ['de', 'Verhandlungen', 'Verhandlung'],
    ['ro', 'negocieri', 'negocierile'],
    ['tr', 'anlaşmalar', 'anlaşma'],
  ])('%s words are stemmed: %s = %s', (language, left, right) => {
    same(left, right, language);
  });

  test('Romanian letters with comma and with cedilla are the same', () => {
    same('naţiunilor şi', 'națiunilor și', 'ro');
  });

  test('French and Italian elisions leave the word behind', () => {
    same("l'assemblée", 'assemblée', 'fr');
    same('qu’aujourd’hui', 'aujourd’hui', 'fr');
    same("dell'accordo", 'accordo', 'it');
  });

  test('Russian ё and е are one letter', () => {
    same('самолёт', 'самолет', 'ru');
  });

  test('Vietnamese tones tell words apart, Hindi vowel signs stay with their consonants', () => {
    expect(terms('ma má mã', 'vi')).toEqual(['ma', 'má', 'mã']);
    expect(terms('हिन्दी भाषा', 'hi')).toEqual(['हिन्दी', 'भाषा']);
  });

  test('Chinese, Japanese and Thai are divided into words, with their places', () => {
    const tokens = tokenize('黑豹队的防守', 'zh');
    expect(tokens.map(({ surface }) => surface).join('')).toBe('黑豹队的防守');
    expect(tokens.length).toBeGreaterThan(2);
    expect(terms('ประเทศไทยและสหประชาชาติ', 'th')).toEqual(['ประเทศไทย', 'สหประชาชาติ']);
    expect(terms('条約に署名した', 'ja')).toContain('条約');
  });

  test('a language without a stemmer is folded only, a tag is reduced to its language', () => {
    expect(terms('Meetings', 'xx')).toEqual(['meetings']);
    expect(terms('meetings', 'en-GB')).toEqual(terms('meetings', 'eng'));
  });
});

describe('English papers', () => {
  test('U.S. and US are the country, us is a function word', () => {
    expect(terms('the U.S. position, the US position, tell us', 'en')).toEqual(['us', 'posit', 'us', 'posit', 'tell']);
  });

  test('a possessive does not hide the name', () => {
    same('Manning’s', 'Manning', 'en');
  });

  test('tokens say where they stand; function words keep their places', () => {
    const [first, second, third] = tokenize('The Six-Day War', 'en');
    expect(first).toEqual({ term: 'the', surface: 'The', start: 0, end: 3, position: 0, stop: true });
    expect(second).toMatchObject({ term: 'six', start: 4, end: 7, position: 1, stop: false });
    expect(third).toMatchObject({ surface: 'Day', position: 2 });
  });

  test('a soft hyphen inside a word is not seen', () => {
    expect(terms('nego\u00ADtiation', 'en')).toEqual(terms('negotiation', 'en'));
  });
});

describe('questions', () => {
  test('question words are left out of questions, not of papers', () => {
    expect(queryTerms('What did the Ambassador explain?', 'en')).toEqual(terms('ambassador', 'en'));
    expect(terms('explain', 'en')).toEqual(['explain']);
  });

  test('a question of question words only still asks for something', () => {
    expect(queryTerms('explain', 'en')).toEqual(['explain']);
  });

  test('with several languages the terms of each are asked for', () => {
    expect(queryTerms('negotiations', ['en', 'fr', 'und'])).toEqual(['negoti', 'negotiations']);
  });
});

test('a long text without spaces is segmented in time that grows with its length, into the words of its sentences', () => {
  const sentence = '中华人民共和国外交部发言人表示双方就水资源问题举行会谈𠀀';
  const words = (text: string) => tokenize(text, 'zh').map(({ surface }) => surface);
  const own = words(sentence);
  const repeated = words(`${sentence}。`.repeat(500));
  expect(repeated).toEqual(Array.from({ length: 500 }, () => own).flat());
  const run = tokenize(sentence.repeat(200), 'zh');
  expect(run.map(({ surface }) => surface).join('')).toBe(sentence.repeat(200));
  const time = (times: number) => {
    const text = sentence.repeat(times);
    const start = performance.now();
    tokenize(text, 'zh');
    return performance.now() - start;
  };
  time(200);
  expect(time(8000)).toBeLessThan(200 * Math.max(time(400), 1));
});
