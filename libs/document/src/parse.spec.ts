import { genericMinistry } from '#policy';
import { ready } from '#primitives/verify';

import { DocumentError } from './errors.js';
import { leastLabel, uncoveredBlock } from './labels.js';
import { parseDocument } from './parse.js';

beforeAll(ready);

const text = (words: string, rest: object = {}) => ({ type: 'text', text: words, ...rest });
const paragraph = (words: string, attrs: object = {}) => ({ type: 'paragraph', attrs, content: [text(words)] });
const doc = (...content: unknown[]) => ({ type: 'doc', content });

function refusal(json: unknown): string {
  try {
    parseDocument(json);
    return 'taken';
  } catch (error) {
    return error instanceof DocumentError ? error.path : String(error);
  }
}

test.each<[string, unknown, string]>([
  ['a text', 'x', ''],
  ['a list', [], ''],
  ['another node at the top', paragraph('x'), 'type'],
  ['an unknown node', doc(paragraph('x'), { type: 'script' }), 'content.1.type'],
  ['a node named like a property of objects', doc({ type: 'constructor' }), 'content.0.type'],
  [
    'an unknown mark',
    doc({ type: 'paragraph', content: [text('x', { marks: [{ type: 'blink' }] })] }),
    'content.0.content.0.marks.0.type',
  ],
  ['an unknown attribute', doc(paragraph('x', { onclick: 'y' })), 'content.0'],
  ['an unknown key', doc({ ...paragraph('x'), style: 'y' }), 'content.0'],
  [
    'a script as a link',
    doc({ type: 'paragraph', content: [text('x', { marks: [{ type: 'link', attrs: { href: 'javascript:x' } }] })] }),
    'content.0.content.0.marks.0',
  ],
  [
    'a link without an address',
    doc({ type: 'paragraph', content: [text('x', { marks: [{ type: 'link' }] })] }),
    'content.0.content.0.marks.0',
  ],
  ['a text beside blocks', doc(text('x')), 'content'],
  ['a list without items', doc({ type: 'bullet_list' }), 'content.0.content'],
  ['an id with a space', doc(paragraph('x', { id: 'a b' })), 'content.0'],
  ['a label that is none', doc(paragraph('x', { label: { level: 'SECRET' } })), 'content.0'],
  [
    'a label inside',
    doc({ type: 'blockquote', content: [paragraph('x', { label: { policy: 'p', level: 'l', categories: [] } })] }),
    'content.0.content.0.attrs.label',
  ],
  ['half a letter', doc(paragraph('x\ud800')), 'content.0.content.0.text'],
  ['a character that is no text', doc(paragraph('x\0')), 'content.0.content.0.text'],
  ['an empty text', doc(paragraph('')), 'content.0.content.0.text'],
  [
    'bold code',
    doc({ type: 'code_block', content: [text('x', { marks: [{ type: 'strong' }] })] }),
    'content.0.content',
  ],
  ['a seventh level', doc({ type: 'heading', attrs: { level: 7 } }), 'content.0'],
  ['too long a text', doc(paragraph('x'.repeat(2_000_001))), ''],
])('%s is refused with its path', (_, json, path) => {
  expect(refusal(json)).toBe(path);
});

test('what is nested without end is refused before a stack could end', () => {
  let json: unknown = paragraph('x');
  for (let n = 0; n < 100_000; n += 1) json = { type: 'blockquote', content: [json] };
  expect(refusal(doc(json))).toMatch(/^content\.0(\.content\.0)+$/);
});

test('a block without an id gets one that follows from its text, and one that stands twice is told apart', () => {
  const ids = (json: unknown) => parseDocument(json).content.map(({ attrs }) => attrs.id);
  const given = ids(
    doc(paragraph('x'), paragraph('x'), paragraph('y', { id: 'kept' }), paragraph('z', { id: 'kept' })),
  );
  expect(new Set(given).size).toBe(4);
  expect(given[2]).toBe('kept');
  expect(ids(doc(paragraph('new'), paragraph('x'), paragraph('x'))).slice(1)).toEqual(given.slice(0, 2));
});

test('neighbours with the same marks become one text, and spellings of a label one label', () => {
  const label = { level: 'SECRET', policy: 'p', categories: [{ values: ['b', 'a'], tag: 't' }] };
  const [block] = parseDocument(doc({ type: 'paragraph', attrs: { label }, content: [text('a'), text('b')] })).content;
  expect(block).toMatchObject({ content: [{ type: 'text', text: 'ab' }] });
  expect(JSON.stringify(block?.attrs.label)).toBe(
    '{"policy":"p","level":"SECRET","categories":[{"tag":"t","values":["a","b"]}]}',
  );
});

test("a document's label has to cover those of its blocks", () => {
  const label = (level: string) => ({ policy: genericMinistry.id, level, categories: [] });
  const document = parseDocument(
    doc(paragraph('a', { label: label('RESTRICTED') }), paragraph('b', { id: 'high', label: label('SECRET') })),
  );
  expect(leastLabel(document, genericMinistry)).toEqual(label('SECRET'));
  expect(uncoveredBlock(document, label('SECRET'), genericMinistry)).toBeUndefined();
  expect(uncoveredBlock(document, label('RESTRICTED'), genericMinistry)?.attrs.id).toBe('high');
});
