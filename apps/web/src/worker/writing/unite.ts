import { canonicalJson, uniteDocuments } from '#document';

import type { Apart, Written } from './protocol.js';

type Footnotes = NonNullable<Written['footnotes']>;

/** What one text says that the other does not, in its order. */
export function apart(one: Written, other: Written): Apart {
  const known = new Set(other.blocks.content.map(canonicalJson));
  const content = one.blocks.content.filter((block) => !known.has(canonicalJson(block)));
  return { heading: one.title === other.title ? '' : one.title, blocks: { type: 'doc', content } };
}

/** One text of a draft with all that either of two says; of the rest, what is here, which people see beside the text. */
export function united(yours: Written, theirs: Written): Written {
  return {
    ...yours,
    title: either(yours.title, theirs.title),
    blocks: uniteDocuments(yours.blocks, theirs.blocks),
    footnotes: unitedFootnotes(yours.footnotes ?? [], theirs.footnotes ?? []),
  };
}

/** Both wordings where they differ: one of them is easily crossed out. */
const either = (mine: string, other: string): string => (mine === other || other === '' ? mine : `${mine} / ${other}`);

/** A footnote is known by its mark, which stands in the text. */
function unitedFootnotes(mine: Footnotes, others: Footnotes): Footnotes {
  const theirs = new Map(others.map((note) => [note.mark, note]));
  const here = new Set(mine.map(({ mark }) => mark));
  const both = mine.map((note) => ({ ...note, text: either(note.text, theirs.get(note.mark)?.text ?? '') }));
  return [...both, ...others.filter(({ mark }) => !here.has(mark))];
}
