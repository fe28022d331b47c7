import type { ExportDocumentsMutation } from '#contracts';
import { parseDocument } from '#document';
import type { BlockDocument, TopBlock } from '#document';
import { join, marking, portionMark } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

import type { Fact, Paper, Publication, Stamp } from './paper.js';

type Exported = ExportDocumentsMutation['exportDocuments'];
export type ExportedDocument = Exported['documents']['edges'][number]['node'];

/** Whose export it is; the same for every document of one. */
export interface Exporter {
  readonly policy: SecurityPolicy;
  readonly stamp: Stamp;
}

/** What a device knows of whom it belongs to and of the house. */
export interface ExportingDevice {
  readonly whoami: () => Promise<{ personName: string; postId?: string | undefined; ministryName: string }>;
  readonly posts: () => Promise<readonly { readonly id: string; readonly name: string }[]>;
  readonly policy: () => Promise<SecurityPolicy>;
}

/** Name and post as this device knows them, not as the server says. */
export async function exporterOf(device: ExportingDevice, { id, at }: Pick<Exported, 'id' | 'at'>): Promise<Exporter> {
  const { personName, postId, ministryName } = await device.whoami();
  const post = (await device.posts()).find((one) => one.id === postId)?.name ?? '';
  const stamp = { exportId: id, ministry: ministryName, person: personName, post, at: new Date(at) };
  return { policy: await device.policy(), stamp };
}

/** What a reader was given, as it goes into files. */
export function publicationOf(document: ExportedDocument, { policy, stamp }: Exporter): Publication {
  return { paper: paperOf(document, policy), stamp, portionMark: (label) => portionMark(label, policy) };
}

function paperOf(document: ExportedDocument, policy: SecurityPolicy): Paper {
  const { id, title, kind, language, version, parts, number, date, from, to } = document;
  // a paper with its parts is as high as the highest of them
  const label = join([document, ...parts].map(labelOf), policy);
  const said = Object.entries({ number, date, from, to }).filter(([, value]) => value !== null);
  return {
    ...{ id, title, kind: wordsOf(kind), language, label, marking: marking(label, policy) },
    facts: factsOf(document),
    body: withParts(document),
    footnotes: [document, ...parts].flatMap(({ footnotes }) => footnotes.map(({ mark, text }) => ({ mark, text }))),
    version: version.number,
    ...(Object.fromEntries(said) as Partial<Paper>),
  };
}

/** A label without what an answer says besides. */
const labelOf = ({ label: { policy, level, categories } }: Pick<ExportedDocument, 'label'>): Label => ({
  ...{ policy, level },
  categories: categories.map(({ tag, values }) => ({ tag, values })),
});

/** The body, then the separately labelled parts that the reader was given: each under its name, each block with its label. */
function withParts({ version, parts }: ExportedDocument): BlockDocument {
  const { type, content } = blocksOf(version.blocks);
  return { type, content: [...content, ...parts.flatMap(partBlocks)] };
}

function partBlocks(part: ExportedDocument['parts'][number]): TopBlock[] {
  const label: Label = labelOf(part);
  const text = { type: 'text', text: wordsOf(part.slot ?? 'part') } as const;
  const heading: TopBlock = { type: 'heading', attrs: { id: part.id, label, level: 1 }, content: [text] };
  const blocks = blocksOf(part.version.blocks).content;
  return [heading, ...blocks.map((block) => labelled(block, label))];
}

function labelled(block: TopBlock, label: Label): TopBlock {
  return { ...block, attrs: { ...block.attrs, label: block.attrs.label ?? label } } as TopBlock;
}

const blocksOf = (json: string): BlockDocument => parseDocument(JSON.parse(json));

function factsOf(document: ExportedDocument): Fact[] {
  const { date, dateText, from, to, place, topics, countries, handling, fields, version, state } = document;
  const own: Record<string, string | null> = {
    Date: dateText ?? date,
    From: from,
    To: to,
    Place: place,
    Topics: topics.join(', '),
    Countries: countries.join(', '),
    Handling: handling.join(', '),
    State: wordsOf(state.toLowerCase().replaceAll('_', '-')),
  };
  const facts = Object.entries(own).map(([name, value]) => ({ name, value: value ?? '' }));
  const others = fields.map(({ name, value }) => ({ name: wordsOf(name), value }));
  const filed = { name: 'Version', value: `${String(version.number)}, ${version.createdAt.slice(0, 10)}` };
  return [...facts, ...others, filed].filter(({ value }) => value.trim() !== '');
}

/** `note-verbale` as people write it; what leaves the house is in the house's first language. */
function wordsOf(id: string): string {
  const words = id.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
