import { documentInput, readPlainText } from './index.js';

describe('plain text', () => {
  test('the first line is the title, blank lines divide blocks', () => {
    const { paper, problems } = readPlainText(
      '\uFEFFReport on transit\r\n\r\nSECRET\r\n\r\nWritten on 17 April 1948.\r\n\r\n\r\nEnd.\r\n',
      { name: 'in/a.txt' },
    );
    expect(problems).toEqual([]);
    expect(paper).toMatchObject({
      title: 'Report on transit',
      kind: 'report',
      classification: 'Secret',
      sourceId: 'in/a.txt',
    });
    expect(paper.label?.level).toBe('SECRET');
    expect(paper.body.split('\n\n')).toEqual(['SECRET', 'Written on 17 April 1948.', 'End.']);
  });

  test('a raw cable is a cable', () => {
    const text =
      'CONFIDENTIAL\n\nO 121200Z MAY 26\nFM EMBASSY TASHKENT\nTO MINISTRY\n\nSUBJECT: CORRIDOR TALKS\n\n1. THEY AGREED.';
    expect(readPlainText(text, { name: 'in/b.txt' }).paper).toMatchObject({
      kind: 'cable',
      title: 'CORRIDOR TALKS',
      from: 'EMBASSY TASHKENT',
      to: 'MINISTRY',
      classification: 'Confidential',
    });
  });

  test('an empty file is named', () => {
    expect(readPlainText(' \n ', { name: 'in/c.txt' }).problems).toEqual([
      { documentId: 'in/c.txt', code: 'NO_TEXT', reason: 'the file has no text' },
    ]);
  });
});

describe('what is filed', () => {
  test('what cannot be stored is replaced, what is too long is cut, what is absent stays away', () => {
    const { paper } = readPlainText(`${'t'.repeat(150)}\n\nA\0B\uD800C`, { name: 'in/d.txt' });
    const input = documentInput({
      ...paper,
      title: 'x'.repeat(2000),
      countries: ['UZ', 'Uzbekistan'],
      handling: ['a', 'a', ' '],
    });
    expect(input.body).toBe('A\uFFFDB\uFFFDC');
    expect(input.title).toHaveLength(1000);
    expect(input).toMatchObject({ countries: ['UZ'], handling: ['a'] });
    expect(Object.values(input)).not.toContain(undefined);
    expect(Object.keys(input)).not.toContain('label');
  });

  test('enclosures follow the body, precedence and terms become fields', () => {
    const { paper } = readPlainText('Title\n\nBody.', { name: 'in/e.txt' });
    const input = documentInput({
      ...paper,
      precedence: 'Niact',
      terms: [{ id: 't', term: 'NEA', meaning: 'a bureau' }],
      attachments: [{ title: 'Enclosure', dateText: 'undated', body: 'More.' }],
    });
    expect(input.body).toBe('Body.\n\nEnclosure\n\nundated\n\nMore.');
    expect(input.fields).toEqual([
      { name: 'precedence', value: 'IMMEDIATE' },
      { name: 'precedence-word', value: 'Niact' },
      { name: 'terms', value: 'NEA: a bureau' },
    ]);
  });
});
