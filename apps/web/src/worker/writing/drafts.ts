import { ChanceryError, hasCode, isTransient } from '#client';
import type { Client } from '#client';
import {
  DocumentBlocksDocument,
  DraftDocument,
  DraftsDocument,
  DiscardDraftDocument,
  SaveDraftDocument,
} from '#contracts';
import type { DocumentBlocksQuery, DocumentInput, DraftInput, DraftQuery } from '#contracts';
import { parseDocument } from '#document';
import { marking, portionMark } from '#policy';

import { labelOf, markedAs } from '../knowledge/labels.js';
import { everything, pageOf } from '../knowledge/pages.js';
import type { DraftState, Elsewhere, Kept, OpenDraft, Written } from './protocol.js';
import { allKept, forget, keep, kept } from './vault.js';
import type { KeptDraft } from './vault.js';

type Opened = NonNullable<DocumentBlocksQuery['document']>;

const PAGE = 100;
/** A person has at most 200. */
const DRAFTS = 1000;

/** Puts a new draft into the vault, and with the server where it can be reached. */
export async function begin(
  client: Client,
  draft: Pick<KeptDraft, 'collectionId' | 'documentId' | 'baseVersion' | 'written'>,
): Promise<string> {
  const id = crypto.randomUUID();
  const at = new Date().toISOString();
  await keep(client, { id, revision: 0, seq: 0, isSaved: false, at, ...draft });
  await write(client, id, 0, draft.written);
  return id;
}

/** The draft of a paper that is under way, or a new one. */
export async function revise(client: Client, documentId: string): Promise<string> {
  const here = (await allKept(client)).find((draft) => draft.documentId === documentId);
  if (here) return here.id;
  const there = (await serverDrafts(client)).find((draft) => draft.documentId === documentId);
  if (there) return there.id;
  const { document } = await client.execute(DocumentBlocksDocument, { id: documentId, version: null });
  if (!document) throw new ChanceryError('NOT_FOUND', 'There is no such document.', { field: 'id' });
  const { collectionId, version } = document;
  return begin(client, { collectionId, documentId, baseVersion: version.number, written: writtenOf(document) });
}

function writtenOf(document: Opened): Written {
  const { kind, number, title, language, date, dateText, from, to, place, sourceId, version, partOf, slot } = document;
  return {
    ...{ kind, number, title, language, date, dateText, from, to, place, sourceId, partOf, slot },
    ...{ topics: [...document.topics], countries: [...document.countries], handling: [...document.handling] },
    fields: document.fields.map(({ name, value }) => ({ name, value })),
    persons: document.persons.map(({ id, name, role, description }) => ({ id, name, role, description })),
    footnotes: document.footnotes.map(({ id, mark, text }) => ({ id, mark, text })),
    label: labelOf(document),
    blocks: parseDocument(JSON.parse(version.blocks)),
  };
}

/** The newest text there is of a draft; where another device saved one meanwhile, both. @throws ChanceryError NOT_FOUND */
export async function open(client: Client, id: string): Promise<OpenDraft> {
  const here = await kept(client, id);
  const there = await onServer(client, id);
  if (!here && !there) throw new ChanceryError('NOT_FOUND', 'There is no such draft.', { field: 'id' });
  if (there && (!here || (here.isSaved && there.seq > here.seq))) {
    const taken = takenFrom(there, here?.revision ?? 0);
    await keep(client, taken);
    return shown(client, taken, null);
  }
  if (!here) throw new ChanceryError('NOT_FOUND', 'There is no such draft.', { field: 'id' });
  return shown(client, here, there && there.seq > here.seq ? elsewhereOf(there) : null);
}

async function onServer(client: Client, id: string): Promise<DraftQuery['draft'] | undefined> {
  try {
    return (await client.execute(DraftDocument, { id })).draft;
  } catch (error) {
    if (isTransient(error) || hasCode(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

function takenFrom(draft: DraftQuery['draft'], revision: number): KeptDraft {
  const { id, collectionId, documentId, baseVersion, seq, updatedAt } = draft;
  const base = { id, collectionId, documentId, baseVersion, seq };
  return { ...base, revision: revision + 1, written: readContent(draft), isSaved: true, at: updatedAt };
}

const elsewhereOf = (draft: DraftQuery['draft']): Elsewhere => ({ seq: draft.seq, written: readContent(draft) });

function readContent({ content, label }: DraftQuery['draft']): Written {
  const document = JSON.parse(content) as DocumentInput;
  const blocks = parseDocument(JSON.parse(document.blocks ?? '{"type":"doc"}'));
  return { ...document, label: labelOf({ label }), blocks };
}

async function shown(client: Client, draft: KeptDraft, elsewhere: Elsewhere | null): Promise<OpenDraft> {
  const { id, collectionId, documentId, baseVersion, revision, written, isSaved, at } = draft;
  const policy = await client.policy();
  const marked = written.blocks.content.flatMap(({ attrs }) =>
    attrs.label ? [[attrs.id, portionMark(attrs.label, policy)] as const] : [],
  );
  return {
    ...{ id, collectionId, documentId, baseVersion, revision, written, elsewhere },
    state: { isSaved, at, trouble: null },
    parts: await partsOf(client, draft),
    portions: Object.fromEntries(marked),
    marking: marking(written.label, policy),
  };
}

/** Drafts of the separately labelled parts: of the paper, or of the draft that will be one. */
export async function partsOf(
  client: Client,
  { id, documentId }: Pick<KeptDraft, 'id' | 'documentId'>,
): Promise<{ slot: string; draftId: string }[]> {
  const whole = documentId ?? id;
  const here = await allKept(client);
  const fetched = await fetchedParts(client, new Set(here.map((draft) => draft.id)));
  return [...here, ...fetched]
    .filter(({ written: { partOf, slot } }) => partOf === whole && typeof slot === 'string')
    .map((draft) => ({ slot: draft.written.slot ?? '', draftId: draft.id }));
}

/** Parts that were begun on another device. */
async function fetchedParts(client: Client, known: ReadonlySet<string>): Promise<KeptDraft[]> {
  const others = (await serverDrafts(client)).filter((draft) => draft.kind === 'other' && !known.has(draft.id));
  const found = await Promise.all(others.map((draft) => onServer(client, draft.id)));
  return found.flatMap((draft) => (draft ? [takenFrom(draft, 0)] : []));
}

async function serverDrafts(client: Client) {
  try {
    return await everything(
      async (after) => pageOf((await client.execute(DraftsDocument, { first: PAGE, after })).drafts),
      DRAFTS,
    );
  } catch (error) {
    if (isTransient(error)) return [];
    throw error;
  }
}

/** Into the vault first, then to the server. What another window or device has written is never written over unasked. */
export async function write(
  client: Client,
  id: string,
  revision: number,
  written: Written,
  over?: number,
): Promise<Kept> {
  const here = await kept(client, id);
  if (!here) throw new ChanceryError('NOT_FOUND', 'There is no such draft.', { field: 'id' });
  if (here.revision !== revision) return { is: 'stale', draft: await shown(client, here, null) };
  const at = new Date().toISOString();
  const next: KeptDraft = { ...here, revision: revision + 1, written, isSaved: false, at, seq: over ?? here.seq };
  await keep(client, next);
  return save(client, next);
}

async function save(client: Client, draft: KeptDraft): Promise<Kept> {
  const { revision, at } = draft;
  try {
    const { saveDraft } = await client.execute(SaveDraftDocument, { input: inputOf(draft) });
    await keep(client, { ...draft, seq: saveDraft.seq, isSaved: true, at: saveDraft.updatedAt });
    return { is: 'kept', revision, state: saved(saveDraft.updatedAt), elsewhere: null };
  } catch (error) {
    if (isTransient(error)) return { is: 'kept', revision, state: waiting(at, null), elsewhere: null };
    if (!(error instanceof ChanceryError)) throw error;
    const there = error.code === 'CONFLICT' ? await onServer(client, draft.id) : undefined;
    const elsewhere = there && there.seq > draft.seq ? elsewhereOf(there) : null;
    return { is: 'kept', revision, state: waiting(at, elsewhere ? null : error.code), elsewhere };
  }
}

const saved = (at: string): DraftState => ({ isSaved: true, at, trouble: null });
const waiting = (at: string, trouble: string | null): DraftState => ({ isSaved: false, at, trouble });

function inputOf({ id, collectionId, documentId, baseVersion, seq, written }: KeptDraft): DraftInput {
  const document = { ...written, blocks: JSON.stringify(written.blocks), body: '' };
  return { id, collectionId, documentId, baseVersion, seq: seq + 1, document };
}

/** Everything typed is with the server; the troubles of the last try are thrown. */
export async function flushed(client: Client, id: string): Promise<KeptDraft> {
  const here = await kept(client, id);
  if (!here) return takenFrom((await client.execute(DraftDocument, { id })).draft, 0);
  if (here.isSaved) return here;
  const { saveDraft } = await client.execute(SaveDraftDocument, { input: inputOf(here) });
  const next = { ...here, seq: saveDraft.seq, isSaved: true, at: saveDraft.updatedAt };
  await keep(client, next);
  return next;
}

/** With the drafts of its parts. */
export async function discard(client: Client, id: string): Promise<void> {
  const here = await kept(client, id);
  for (const { draftId } of here ? await partsOf(client, here) : []) await discard(client, draftId);
  if (!here || here.seq > 0) await client.execute(DiscardDraftDocument, { id });
  await forget(client, id);
}

/** The same draft with another text, on another version. */
export async function rebased(
  client: Client,
  id: string,
  blocks: Written['blocks'],
  { version, label }: Pick<Opened, 'version' | 'label'>,
): Promise<void> {
  const here = await flushed(client, id);
  const covered = markedAs([here.written.label, labelOf({ label })], await client.policy()).label;
  const written = { ...here.written, blocks, label: covered };
  await keep(client, { ...here, baseVersion: version.number, written, revision: here.revision + 1, isSaved: false });
  await flushed(client, id);
}
