import { ChanceryError } from '#client';
import type { Client } from '#client';
import { DocumentBlocksDocument, PublishDraftDocument } from '#contracts';
import type { PublishDraftMutation } from '#contracts';
import { parseDocument } from '#document';
import type { BlockDocument, MergePart } from '#document';

import { flushed, partsOf, rebased } from './drafts.js';
import type { Conflict, Published } from './protocol.js';
import { forget, keep } from './vault.js';

type Answer = PublishDraftMutation['publishDraft'];
type DraftConflict = Extract<Answer, { __typename: 'DraftConflict' }>;

/** The paper first, then its separately labelled parts, which need it to be there. */
export async function publish(client: Client, id: string, note: string): Promise<Published> {
  const draft = await flushed(client, id);
  const parts = await partsOf(client, draft);
  const published = await publishOne(client, id, note);
  if (published.is === 'conflict') return published;
  for (const { draftId } of parts) {
    const part = await flushed(client, draftId);
    if (part.written.partOf !== published.documentId) {
      const written = { ...part.written, partOf: published.documentId };
      await keep(client, { ...part, written, isSaved: false });
      await flushed(client, draftId);
    }
    const done = await publishOne(client, draftId, note);
    if (done.is === 'conflict') return done;
  }
  return published;
}

async function publishOne(client: Client, id: string, changeNote: string): Promise<Published> {
  const { publishDraft: answer } = await client.execute(PublishDraftDocument, { id, changeNote });
  if (answer.__typename === 'DraftConflict') return conflictOf(answer);
  if (answer.__typename === 'FileRefused') throw refusalOf(answer.refusal);
  await forget(client, id);
  return { is: 'published', documentId: answer.documentId, version: answer.versionNumber };
}

/** What the server refused, as the client's own error. */
export function refusalOf({ code, message, field }: RefusalAnswer): ChanceryError {
  return new ChanceryError(code as ChanceryError['code'], message, { field: field ?? undefined });
}

type RefusalAnswer = Extract<Answer, { __typename: 'FileRefused' }>['refusal'];

function conflictOf({ newestVersion, yours, theirs, merge }: DraftConflict): Conflict {
  return {
    is: 'conflict',
    newestVersion,
    yours: parseDocument(JSON.parse(yours)),
    theirs: parseDocument(JSON.parse(theirs)),
    merge: merge.map(partOf),
  };
}

function partOf({ kind, block, base, yours, theirs }: DraftConflict['merge'][number]): MergePart {
  const read = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));
  const part =
    kind === 'TAKEN'
      ? { kind, block: read(block) }
      : { kind, base: read(base), yours: read(yours), theirs: read(theirs) };
  return part as MergePart;
}

/** On top of what is the newest version at this moment. */
export async function rebase(client: Client, id: string, blocks: BlockDocument, newest: number): Promise<void> {
  const { documentId } = await flushed(client, id);
  const { document } = await client.execute(DocumentBlocksDocument, { id: documentId ?? '', version: newest });
  if (!document) throw new ChanceryError('NOT_FOUND', 'There is no such document.', { field: 'id' });
  await rebased(client, id, parseDocument(blocks), document);
}
