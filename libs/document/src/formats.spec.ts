import fc from 'fast-check';

import { ready } from '#primitives/verify';

import { anyDocument } from './anyDocument.spec.js';
import type { BlockDocument, TopBlock } from './block.js';
import { readHtml } from './html/read.js';
import { toHtml } from './html/write.js';
import { readMarkdown } from './markdown/read.js';
import { toMarkdownText } from './markdown/write.js';
import { documentFromText, documentText } from './text.js';

beforeAll(ready);

test('Markdown gives back the document that it was made from, with ids and portion labels', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      const text = toMarkdownText(document, { keepsBlocks: true });
      expect(readMarkdown(text).document).toEqual(document);
    }),
    { numRuns: 300 },
  );
});

test('HTML gives back the document that it was made from', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(readHtml(toHtml(document))).toEqual(document);
    }),
    { numRuns: 300 },
  );
});

test('a plain text is the text of the blocks that are made from it, and the same blocks every time', () => {
  const word = fc.constantFrom('a', 'б', '水', ' x', '- y', '#', '\n', '\n\n', '\n \n');
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const text = words.join('');
      const document = documentFromText(text);
      expect(documentFromText(documentText(document))).toEqual(document);
      expect(documentText(document).trim().replaceAll(/\s+/g, ' ')).toBe(text.trim().replaceAll(/\s+/g, ' '));
    }),
  );
});

test('footnotes travel with Markdown', () => {
  const text = 'As agreed.[^a]\n\n[^a]: Note of 3 May.\n';
  const { document, footnotes } = readMarkdown(text);
  expect(footnotes).toEqual([{ mark: 'a', text: 'Note of 3 May.' }]);
  expect(documentText(document)).toBe('As agreed.[a]');
  expect(toMarkdownText(document, { footnotes })).toBe(text);
});

test('what follows a footnote at the beginning of a block does not make the text of a footnote of it', () => {
  const footnote = { type: 'footnote', attrs: { mark: 'a' } } as const;
  const [block] = documentFromText('x').content;
  const content = [footnote, { type: 'text', text: ': as agreed' }] as const;
  const document: BlockDocument = { type: 'doc', content: [{ ...block!, content } as TopBlock] };
  expect(readMarkdown(toMarkdownText(document, { keepsBlocks: true })).document).toEqual(document);
});

test('a portion mark stands before the block that it belongs to, and is not read back as its text', () => {
  const label = { policy: 'p', level: 'S', categories: [] };
  const [block] = documentFromText('Red lines').content;
  const document: BlockDocument = {
    type: 'doc',
    content: [{ ...block!, attrs: { ...block!.attrs, label } } as TopBlock],
  };
  const html = toHtml(document, { portionMark: () => '(S)' });
  expect(html).toContain('<span data-portion>(S) </span>Red lines');
  expect(readHtml(html)).toEqual(document);
  expect(toMarkdownText(document, { portionMark: () => '(S)' })).toBe('(S) Red lines\n');
});

test.each([
  ['<script>alert(1)</script><p onclick="x()">Text</p>', '<p>Text</p>'],
  ['<a href="javascript:alert(1)">here</a>', '<p>here</p>'],
  ['<a href=" https://example.org">here</a>', '<p>here</p>'],
  ['<p>a<p>b', '<p>a</p>\n<p>b</p>'],
  ['<div><span style="x">in</span> <b>bold <i>both</i></b></div>', '<p>in <strong>bold <em>both</em></strong></p>'],
  ['<ul><li>one<ul><li>two</li></ul></li></ul>', '<ul><li><p>one</p><ul><li><p>two</p></li></ul></li></ul>'],
  ['<img src=x onerror=alert(1)>&lt;b&gt;', '<p>&lt;b&gt;</p>'],
  ['<svg><a href="https://example.org">x</a></svg>', ''],
  ['<p data-block="a b" data-label="[]">x</p>', '<p>x</p>'],
])('HTML is read for what people read: %s', (html, expected) => {
  expect(toHtml(readHtml(html)).replaceAll(/ data-block="\w+"/g, '')).toBe(expected);
});

test('what is nested deeper than any paper is refused, not followed', () => {
  expect(() => readHtml('<blockquote>'.repeat(100_000))).toThrow('nested too deep');
  expect(() => readMarkdown('> '.repeat(300))).toThrow('nested too deep');
});
