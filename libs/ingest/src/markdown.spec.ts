import { readFrontMatter, readMarkdown } from './index.js';

const PAPER = `---
title: "Transit: what we say"
kind: note-verbale
label: CONFIDENTIAL // EYES ONLY
language: fr
date: 2026-02-24
topics: ["United Nations", 'it''s', oceans]
countries:
  - UZ
  - "KZ"
from: Permanent Mission   # a remark
to: "Everyone"
reference: 12/26
collection: "Kept out"
---

# A heading

The *text* with a [link](https://example.org)
over two lines.

1. first
2. second

> quoted
`;

describe('Markdown', () => {
  const { paper, problems } = readMarkdown(PAPER, { name: 'papers/fr/transit.md' });

  test('front matter says what the paper is', () => {
    expect(problems).toEqual([]);
    expect(paper).toMatchObject({
      sourceId: 'papers/fr/transit.md',
      title: 'Transit: what we say',
      kind: 'note-verbale',
      language: 'fr',
      date: '2026-02-24',
      topics: ['United Nations', "it's", 'oceans'],
      countries: ['UZ', 'KZ'],
      from: 'Permanent Mission',
      to: 'Everyone',
      fields: [{ name: 'reference', value: '12/26' }],
    });
    expect(paper.label).toEqual({
      policy: 'generic-ministry',
      level: 'CONFIDENTIAL',
      categories: [{ tag: 'HANDLING', values: ['EYES_ONLY'] }],
    });
  });

  test('the body is what is shown, in blocks', () => {
    expect(paper.body.split('\n\n')).toEqual([
      'A heading',
      'The text with a link over two lines.',
      '1. first',
      '2. second',
      'quoted',
    ]);
  });

  test('without front matter the first heading is the title, and the language is guessed', () => {
    const plain = readMarkdown('# Une note\n\nLe Gouvernement a décidé que les négociations seront suspendues.', {
      name: 'x/note.md',
    }).paper;
    expect(plain).toMatchObject({ title: 'Une note', language: 'fr', dateText: 'undated', kind: 'report' });
    expect(plain.body).toBe('Le Gouvernement a décidé que les négociations seront suspendues.');
    expect(plain.label).toBeUndefined();
  });

  test('a label that the policy does not know is named, and none is made up', () => {
    const { paper: strange, problems: named } = readMarkdown('---\nlabel: COSMIC\n---\nText.', { name: 'x/a.md' });
    expect(strange.label).toBeUndefined();
    expect(strange.classification).toBe('COSMIC');
    expect(named).toEqual([
      {
        documentId: 'x/a.md',
        code: 'LABEL_UNKNOWN',
        values: { classification: 'COSMIC' },
        reason: 'the policy has no level, or not every caveat, for “COSMIC”',
      },
    ]);
  });

  test('a label as a mapping or a list counts like the same words in one line', () => {
    const label = (text: string) => readMarkdown(`---\nlabel:${text}\n---\nText`, { name: 'x/a.md' }).paper.label;
    const expected = label(' SECRET // INTEL');
    expect(expected).toMatchObject({ level: 'SECRET', categories: [{ values: ['INTEL'] }] });
    expect(label('\n  level: SECRET\n  categories: [INTEL]')).toEqual(expected);
    expect(label('\n  - SECRET\n  - INTEL')).toEqual(expected);
  });

  test.each([
    ['a caveat that the policy does not know', 'label: SECRET // MOONLIGHT'],
    ['front matter that is no YAML', 'label: [SECRET'],
    ['an alias', 'a: &x SECRET\nlabel: *x'],
  ])('%s leaves the paper without a label, but not without a classification, so that it is refused', (_, text) => {
    const { paper, problems } = readMarkdown(`---\n${text}\n---\nText`, { name: 'x/a.md' });
    expect(paper.label).toBeUndefined();
    expect(paper.classification).toBeDefined();
    expect(problems).toHaveLength(1);
  });

  test('a non-paper keeps its kind', () => {
    expect(readMarkdown('---\nkind: non-paper\n---\nText', { name: 'a.md' }).paper.kind).toBe('non-paper');
  });

  test('a date that is none and an empty file are named', () => {
    const { problems: named } = readMarkdown('---\ndate: 31 February\n---\n', { name: 'x/a.md' });
    expect(named.map(({ reason }) => reason)).toEqual(['the file has no text', '“31 February” is not a date']);
  });

  test('an id of its own is the paper’s name', () => {
    expect(readMarkdown('---\nid: nv-12\n---\nText.', { name: 'x/a.md' }).paper.sourceId).toBe('nv-12');
  });
});

describe('front matter', () => {
  test('Windows line ends, a byte order mark and a fence inside the text do no harm', () => {
    const { values, body } = readFrontMatter('\uFEFF---\r\ntitle: A\r\n---\r\nText\n---\nmore');
    expect(values.get('title')).toEqual(['A']);
    expect(body).toBe('Text\n---\nmore');
  });

  test('a text without it is all body', () => {
    expect(readFrontMatter('Text').body).toBe('Text');
  });
});
