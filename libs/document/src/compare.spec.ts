import fc from 'fast-check';

import { ready } from '#primitives/verify';

import { anyDocument, anyRevision } from './anyDocument.spec.js';
import type { Block, BlockDocument, TopBlock } from './block.js';
import { textOf } from './blockText.js';
import { compareDocuments, differs } from './compare/compare.js';
import type { BlockChange } from './compare/compare.js';
import { keepIds } from './compare/keepIds.js';
import { mergeDocuments, mergedDocument } from './compare/merge.js';
import { compareSequences } from './compare/sequence.js';
import { uniteDocuments } from './compare/unite.js';
import { compareWords } from './compare/words.js';
import { blockHash } from './ids.js';
import { documentFromText, documentText } from './text.js';

beforeAll(ready);

const kinds = (changes: readonly BlockChange[]) => changes.map(({ kind }) => kind);
const texts = (...blocks: string[]): BlockDocument => documentFromText(blocks.join('\n\n'));

test('a comparison of sequences leads from one to the other', () => {
  const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 60 });
  fc.assert(
    fc.property(letters, letters, (before, after) => {
      const steps = compareSequences(before, after);
      const made = steps.flatMap(({ kind, before: a, after: b }) => {
        if (kind === 'SAME') expect(before.slice(a.from, a.to)).toEqual(after.slice(b.from, b.to));
        return kind === 'REMOVED' ? [] : kind === 'SAME' ? before.slice(a.from, a.to) : after.slice(b.from, b.to);
      });
      expect(made).toEqual(after);
      const back = steps.filter(({ kind }) => kind !== 'ADDED').flatMap(({ before: a }) => before.slice(a.from, a.to));
      expect(back).toEqual(before);
    }),
    { numRuns: 500 },
  );
});

test('a comparison applied to the earlier version gives the later one, and backwards', () => {
  fc.assert(
    fc.property(anyRevision, ({ before, after }) => {
      const changes = compareDocuments(before, after);
      expect(changes.flatMap((change) => ('after' in change ? [change.after] : []))).toEqual(after.content);
      const earlier = changes.flatMap((change) => ('before' in change ? [change.before] : []));
      expect(new Set(earlier)).toEqual(new Set(before.content));
      expect(earlier).toHaveLength(before.content.length);
      for (const change of changes) {
        if (change.kind !== 'CHANGED') continue;
        const side = (gone: string) => change.words.filter(({ kind }) => kind !== gone).map(({ text }) => text);
        expect(side('ADDED').join('')).toBe(textOf(change.before));
        expect(side('REMOVED').join('')).toBe(textOf(change.after));
      }
    }),
  );
});

test('a document does not differ from itself', () => {
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(differs(compareDocuments(document, document))).toBe(false);
    }),
  );
});

test('what was moved, changed, removed and added is told as that', () => {
  const before = texts('One stays here', 'Two wanders to the end', 'Three will be changed soon', 'Four goes');
  const after = keepIds(
    texts('One stays here', 'Three was changed soon', 'Five is new', 'Two wanders to the end'),
    before,
  );
  const changes = compareDocuments(before, after);
  expect(kinds(changes)).toEqual(['UNCHANGED', 'CHANGED', 'ADDED', 'UNCHANGED', 'REMOVED']);
  expect(changes.map((change) => 'moved' in change && change.moved)).toEqual([false, true, false, false, false]);
  expect(changes[1]).toMatchObject({
    words: expect.arrayContaining([{ kind: 'REMOVED', text: 'will be' }]) as unknown,
  });
});

test.each([
  ['The river rises', 'The river falls', ['The river ', '-rises', '+falls']],
  ['两国签署条约', '两国废除条约', ['两国', '-签署', '+废除', '条约']],
  ['สนธิสัญญาใหม่', 'สนธิสัญญาเก่า', ['สนธิสัญญา', '-ใหม่', '+เก่า']],
])('words are told apart in every script: %s', (before, after, expected) => {
  const signs = { SAME: '', REMOVED: '-', ADDED: '+' };
  expect(compareWords(before, after).map(({ kind, text }) => `${signs[kind]}${text}`)).toEqual(expected);
});

test('a citation keeps its hash while the form changes, and loses it with the text', () => {
  const [block] = texts('A  word').content;
  expect(blockHash({ ...block!, attrs: { id: 'other', label: null } } as Block)).toBe(blockHash(block!));
  expect(blockHash(texts('A word').content[0]!)).toBe(blockHash(block!));
  expect(blockHash(texts('A sword').content[0]!)).not.toBe(blockHash(block!));
});

describe('two editors at once', () => {
  let base: BlockDocument;
  beforeAll(() => {
    base = texts('Alpha is the first point', 'Beta is the second point', 'Gamma is the third point');
  });
  const edit = (...blocks: string[]) => keepIds(texts(...blocks), base);

  test('who changed different blocks are merged', () => {
    const yours = edit('Alpha is the very first point', 'Beta is the second point', 'Gamma is the third point');
    const theirs = edit('Alpha is the first point', 'New from them', 'Beta is the second point');
    const merged = mergedDocument(mergeDocuments(base, yours, theirs));
    expect(merged && documentText(merged)).toBe(
      'Alpha is the very first point\n\nNew from them\n\nBeta is the second point',
    );
  });

  test('who changed the same block keep both texts until somebody chooses', () => {
    const yours = edit('Alpha is my first point', 'Beta is the second point', 'Gamma is the third point');
    const theirs = edit('Alpha is their first point', 'Beta is the second point', 'Gamma is the third point');
    const parts = mergeDocuments(base, yours, theirs);
    expect(parts.map(({ kind }) => kind)).toEqual(['CONFLICT', 'TAKEN', 'TAKEN']);
    expect(mergedDocument(parts)).toBeUndefined();
  });

  test('what one side changed and the other removed is a conflict too', () => {
    const yours = edit('Alpha is the first point', 'Gamma is the third point');
    const theirs = edit('Alpha is the first point', 'Beta is their second point', 'Gamma is the third point');
    const conflict = mergeDocuments(base, yours, theirs).find(({ kind }) => kind === 'CONFLICT');
    expect(conflict).toMatchObject({ yours: null, theirs: { type: 'paragraph' } });
  });

  test('a merge with oneself is oneself, and a merge with no change is the other', () => {
    fc.assert(
      fc.property(anyRevision, ({ before, after }) => {
        for (const [yours, theirs] of [
          [after, after],
          [after, before],
          [before, after],
        ] as const) {
          expect(mergedDocument(mergeDocuments(before, yours, theirs))).toEqual(after);
        }
      }),
    );
  });

  test('no block that either side wrote is lost', () => {
    const both = anyRevision.chain((mine) => anyRevision.map((other) => ({ ...mine, other })));
    fc.assert(
      fc.property(both, ({ before, after, other }) => {
        const theirs = { type: 'doc' as const, content: [...before.content.slice(1), ...other.after.content] };
        const parts = mergeDocuments(before, after, theirs);
        const kept = new Set(
          parts
            .flatMap((part) => (part.kind === 'TAKEN' ? [part.block] : [part.yours, part.theirs]))
            .flatMap((block) => (block ? [textOf(block)] : [])),
        );
        const was = new Set(before.content.map(textOf));
        const written = [...after.content, ...theirs.content].map(textOf).filter((text) => !was.has(text));
        expect(written.filter((text) => !kept.has(text))).toEqual([]);
      }),
    );
  });
});

describe('two texts of one draft, of which nobody knows what they were before', () => {
  const contents = ({ content }: BlockDocument): string[] => content.map((block) => textOf(block));

  test('come to one: what both say stands once, in its order, and all that either says stands in it', () => {
    fc.assert(
      fc.property(anyRevision, ({ before, after }) => {
        const united = uniteDocuments(before, after);
        expect(united.content.length).toBeLessThanOrEqual(before.content.length + after.content.length);
        const said = new Set(contents(united));
        for (const side of [before, after]) expect(contents(side).filter((text) => !said.has(text))).toEqual([]);
        const ids = united.content.map(({ attrs }) => attrs.id);
        expect(new Set(ids).size).toBe(ids.length);
        expect(uniteDocuments(after, after)).toEqual(after);
      }),
    );
  });

  test('know a block again whatever order a database gave its keys back in, and put what was added where it followed', () => {
    const label = { policy: 'p', level: 'SECRET', categories: [] };
    const turned = { categories: [], level: 'SECRET', policy: 'p' };
    const [first, second] = texts('One.', 'Two.').content as [TopBlock, TopBlock];
    const labelled = (own: object): TopBlock => ({ ...first, attrs: { ...first.attrs, label: own } }) as TopBlock;
    const [added] = texts('Between.').content as [TopBlock];
    const yours: BlockDocument = { type: 'doc', content: [labelled(label), second] };
    const theirs: BlockDocument = { type: 'doc', content: [labelled(turned), added, second] };
    expect(contents(uniteDocuments(yours, theirs))).toEqual(['One.', 'Between.', 'Two.']);
  });
});

test('two megabytes are compared in seconds, however they differ', () => {
  const line = (n: number) => `Line ${n} of a long annex about water, shares and measurements of river flow.`;
  const lines = Array.from({ length: 25_000 }, (_, n) => line(n));
  const other = lines.map((text, n) => (n % 3 === 0 ? text.replace('water', `sand ${n}`) : text));
  const started = performance.now();
  expect(compareDocuments(texts(...lines), texts(...other)).length).toBeGreaterThanOrEqual(25_000);
  compareWords(lines.join('\n'), other.reverse().join('\n'));
  expect(performance.now() - started).toBeLessThan(20_000);
});

test('a body that a database has given back with its keys in another order is the same body', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, item]) => [key, turned(item)]),
    );
  };
  fc.assert(
    fc.property(anyDocument, (document) => {
      expect(differs(compareDocuments(document, turned(document) as BlockDocument))).toBe(false);
    }),
    { numRuns: 20 },
  );
});
