import { documentLinks, parseDocument, readHtml, readMarkdown, toHtml, toMarkdownText } from './index.js';
import { readDocumentAddress } from './links.js';

const ID = '019a5c2e-8f00-7abc-8def-0123456789ab';

test('an address names a document, and may name a version and a block', () => {
  const address = { documentId: ID, version: null, blockId: null };
  expect(readDocumentAddress(`chancery:document/${ID}`)).toEqual(address);
  expect(readDocumentAddress(`chancery:document/${ID}/12`)).toEqual({ ...address, version: 12 });
  expect(readDocumentAddress(`chancery:document/${ID}#a-b_1`)).toEqual({ ...address, blockId: 'a-b_1' });
  expect(readDocumentAddress(`chancery:document/${ID}/3#x`)).toEqual({ ...address, version: 3, blockId: 'x' });
  for (const rest of ['/0', '#a b', '/3/4', '#', '?x', '\n'])
    expect(readDocumentAddress(`chancery:document/${ID}${rest}`)).toBeUndefined();
  expect(readDocumentAddress('chancery:document/1')).toBeUndefined();
  expect(readDocumentAddress(`https://example.org/${ID}`)).toBeUndefined();
});

test('links to documents are found at any depth, once a block, and survive Markdown and HTML', () => {
  const link = (text: string, href: string) => ({ type: 'text', text, marks: [{ type: 'link', attrs: { href } }] });
  const paragraph = (...content: object[]) => ({ type: 'paragraph', content });
  const [plain, cited] = [`chancery:document/${ID}`, `chancery:document/${ID}/2#b`];
  const lines = paragraph(link('one', plain), link('two', plain), link('web', 'https://example.org/'));
  const item = { type: 'list_item', content: [paragraph(link('three', cited))] };
  const document = parseDocument({
    type: 'doc',
    content: [
      { ...lines, attrs: { id: 'first' } },
      { type: 'bullet_list', attrs: { id: 'list' }, content: [item] },
    ],
  });
  const expected = [
    { from: 'first', documentId: ID, version: null, blockId: null },
    { from: 'list', documentId: ID, version: 2, blockId: 'b' },
  ];
  expect(documentLinks(document)).toEqual(expected);
  expect(documentLinks(readHtml(toHtml(document)))).toEqual(expected);
  expect(documentLinks(readMarkdown(toMarkdownText(document, { keepsBlocks: true })).document)).toEqual(expected);
});
