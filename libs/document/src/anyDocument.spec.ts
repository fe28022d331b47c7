import fc from 'fast-check';

import { genericMinistry } from '#policy';
import type { Label } from '#policy';
import { ready } from '#primitives/verify';

import type { Block, BlockDocument, Inline, ListItem, Mark } from './block.js';
import { parseDocument } from './parse.js';

beforeAll(ready);

const WORDS =
  'treaty River déjà 水 条約 معاهدة договор สนธิสัญญา oʻzbek *star* [x] <b> a_b_c `tick` 1. # - > | && :--- ~~ \\ ![ &amp; http://x'.split(
    ' ',
  );
const words = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));

const mark: fc.Arbitrary<Mark> = fc.oneof(
  fc.constantFrom<Mark>({ type: 'strong' }, { type: 'em' }, { type: 'underline' }, { type: 'code' }),
  fc
    .constantFrom('https://example.org/a_(b)?c=d&e', 'mailto:desk@example.org')
    .map((href): Mark => ({ type: 'link', attrs: { href } })),
);
const marks = fc.uniqueArray(mark, { maxLength: 2, selector: ({ type }) => type });

const text = fc.record({ type: fc.constant('text' as const), text: words, marks });
const footnote = fc.constantFrom('1', '2', 'a').map((name): Inline => ({ type: 'footnote', attrs: { mark: name } }));

/** Lines with breaks between words, and nothing that HTML or Markdown would not show. */
const line: fc.Arbitrary<Inline[]> = fc
  .array(fc.oneof({ arbitrary: text, weight: 4 }, { arbitrary: footnote, weight: 1 }), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((parts) =>
    fc
      .array(fc.boolean(), { minLength: parts.length, maxLength: parts.length })
      .map((breaks) =>
        parts.flatMap((part, index): Inline[] =>
          index > 0 && breaks[index] === true ? [{ type: 'hard_break' }, part] : [part],
        ),
      ),
  );

const NONE = { id: null, label: null } as const;

const paragraph = line.map((content): Block => ({ type: 'paragraph', attrs: NONE, content }));
const heading = fc
  .tuple(line, fc.integer({ min: 1, max: 6 }))
  .map(([content, level]): Block => ({ type: 'heading', attrs: { ...NONE, level }, content }));
const code = fc.tuple(words, words, fc.constantFrom('', 'sql', 'c++')).map(([first, second, language]): Block => {
  const content = [{ type: 'text' as const, text: `${first}\n\n  ${second}` }];
  return { type: 'code_block', attrs: { ...NONE, language }, content };
});
const table = fc
  .tuple(fc.boolean(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([headed, width, height]) =>
    fc
      .array(fc.array(line, { minLength: width, maxLength: width }), { minLength: height, maxLength: height })
      .map((rows): Block => ({
        type: 'table',
        attrs: NONE,
        content: rows.map((cells, index) => ({
          type: 'table_row',
          content: cells.map((content) => ({ type: headed && index === 0 ? 'table_header' : 'table_cell', content })),
        })),
      })),
  );
const rule = fc.constant<Block>({ type: 'horizontal_rule', attrs: NONE });

const { block } = fc.letrec<{ block: Block; list: Block; quote: Block }>((tie) => {
  const item = fc
    .tuple(paragraph, fc.array(tie('block'), { maxLength: 2 }))
    .map(([first, rest]): ListItem => ({ type: 'list_item', content: [first, ...rest] }));
  const items = fc.array(item, { minLength: 1, maxLength: 3 });
  return {
    list: fc.oneof(
      items.map((content): Block => ({ type: 'bullet_list', attrs: NONE, content })),
      fc
        .tuple(items, fc.integer({ min: 0, max: 20 }))
        .map(([content, order]): Block => ({ type: 'ordered_list', attrs: { ...NONE, order }, content })),
    ),
    quote: fc
      .array(tie('block'), { minLength: 1, maxLength: 2 })
      .map((content): Block => ({ type: 'blockquote', attrs: NONE, content })),
    block: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      paragraph,
      heading,
      code,
      table,
      rule,
      tie('list'),
      tie('quote'),
    ),
  };
});

const label = fc.constantFrom<Label | null>(
  null,
  { policy: genericMinistry.id, level: 'RESTRICTED', categories: [] },
  { policy: genericMinistry.id, level: 'SECRET', categories: [{ tag: 'COMPARTMENT', values: ['CRYPTO'] }] },
);

/** Any block that may stand at the top, without an id. */
export const anyBlock = fc
  .tuple(block, label)
  .map(([one, portion]): Block => ({ ...one, attrs: { ...one.attrs, label: portion } }) as Block);

/** Any body that Markdown and HTML can hold. */
export const anyDocument: fc.Arbitrary<BlockDocument> = fc
  .array(anyBlock, { maxLength: 8 })
  .map((content) => parseDocument({ type: 'doc', content }));

/** A body and what somebody made of it: blocks rewritten, moved, removed, added. */
export const anyRevision = anyDocument.chain((before) =>
  fc
    .record({
      order: fc.shuffledSubarray([...before.content], { minLength: Math.floor(before.content.length / 2) }),
      isMoved: fc.boolean(),
      added: fc.array(anyBlock, { maxLength: 3 }),
      changed: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    })
    .map(({ order, isMoved, added, changed }) => {
      const kept = isMoved ? order : before.content.filter((one) => order.includes(one));
      const edited = kept.map((one, index) => (changed[index] === true ? rewritten(one) : one));
      return { before, after: parseDocument({ type: 'doc', content: [...edited, ...added] }) };
    }),
);

function rewritten(one: Block): Block {
  if (one.type !== 'paragraph') return one;
  return { ...one, content: [...(one.content ?? []), { type: 'text', text: ' amended' }] };
}

test('any body is one that the schema knows, and is read as it is', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(parseDocument(structuredClone(document))).toEqual(document);
    }),
  );
});
