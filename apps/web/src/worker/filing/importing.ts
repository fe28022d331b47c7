import { ChanceryError, hasCode, isTransient } from '#client';
import type { Client } from '#client';
import { CollectionDocument, DocumentDocument, FileDocumentsDocument, KnownOriginalsDocument } from '#contracts';
import { documentInput } from '#ingest';
import type { FileDocument } from '#ingest';
import { dominates, marking } from '#policy';
import type { Label, SecurityPolicy } from '#policy';
import { sha256, toHex } from '#primitives/verify';

import { labelOf } from '../knowledge/labels.js';
import { MOST_BYTES, readConfined } from './confined.js';
import type { Imported, ImportState, NewImport } from './protocol.js';

interface Running {
  state: ImportState;
  isCancelled: boolean;
}

interface Place {
  readonly client: Client;
  readonly collectionId: string;
  readonly policy: SecurityPolicy;
  /** Of papers that bring none of their own. */
  readonly defaultLabel: Label;
}

interface DroppedFile {
  readonly path: string;
  readonly file: File;
}

const OUTCOMES = { CREATED: 'created', REVISED: 'revised', UNCHANGED: 'unchanged' } as const;

/** The imports of this run, by the ids that the page gave them. What is filed is filed: the same again goes on with the rest. */
export class Imports {
  readonly #running = new Map<string, Running>();

  begin(client: Client, { id, collectionId, files }: NewImport): void {
    if (this.#running.get(id)?.state.isRunning === true) return;
    const state = { isRunning: true, done: 0, total: files.length, outcomes: [], trouble: null };
    const running: Running = { state, isCancelled: false };
    this.#running.set(id, running);
    void carryOut(client, collectionId, files, running);
  }

  state(id: string): ImportState | undefined {
    return this.#running.get(id)?.state;
  }

  cancel(id: string): void {
    const running = this.#running.get(id);
    if (running) running.isCancelled = true;
  }
}

async function carryOut(
  client: Client,
  collectionId: string,
  files: readonly DroppedFile[],
  running: Running,
): Promise<void> {
  try {
    const { collection } = await client.execute(CollectionDocument, { id: collectionId });
    if (!collection) throw new TypeError('there is no such collection');
    const place = {
      client,
      collectionId,
      policy: await client.policy(),
      defaultLabel: labelOf({ label: collection.defaultLabel }),
    };
    for (const file of files) {
      if (running.isCancelled) break;
      const outcomes = await importFile(place, file).catch((error: unknown) => refusedFor(error, file));
      const { state } = running;
      running.state = { ...state, done: state.done + 1, outcomes: [...state.outcomes, ...outcomes] };
    }
  } catch (error) {
    const trouble = isTransient(error) ? 'SERVER_UNREACHABLE' : 'INTERNAL';
    running.state = { ...running.state, trouble: hasCode(error, 'NOT_FOUND', 'FORBIDDEN') ? error.code : trouble };
  }
  running.state = { ...running.state, isRunning: false };
}

/** What the server does not take of one file stops no other; a server that is not there stops them all. */
function refusedFor(error: unknown, { path }: DroppedFile): Imported[] {
  const stops = isTransient(error) || hasCode(error, 'VAULT_MISSING', 'FORBIDDEN');
  if (stops || !(error instanceof ChanceryError)) throw error;
  return [failed(path, 'refused', [`${error.message} (${error.code})`])];
}

/** One file with everything inside it. */
async function importFile(place: Place, { path, file }: DroppedFile): Promise<Imported[]> {
  if (file.size > MOST_BYTES) return [failed(path, 'refused', ['larger than 64 MiB'])];
  const bytes = new Uint8Array(await file.arrayBuffer());
  const hash = toHex(sha256(bytes));
  const { knownOriginals } = await place.client.execute(KnownOriginalsDocument, {
    collectionId: place.collectionId,
    sha256: [hash],
  });
  const [twin] = knownOriginals;
  if (twin) {
    const outcome = twin.sourceId === path ? 'unchanged' : 'duplicate';
    const { document } = await place.client.execute(DocumentDocument, { id: twin.documentId });
    const words = document?.label.marking ?? null;
    return [{ path, outcome, documentId: twin.documentId, title: twin.title, marking: words, reasons: [] }];
  }
  const volume = path.replace(/^.*\//u, '').replace(/\.[^.]*$/u, '');
  const documents = await readConfined({ name: path, volume, policy: place.policy, bytes });
  const outcomes: Imported[] = [];
  for (const document of documents) outcomes.push(await fileOne(place, path, document));
  await keepOriginal(place, file, hash, documents, outcomes);
  return outcomes;
}

async function fileOne(
  { client, collectionId, policy, defaultLabel }: Place,
  path: string,
  document: FileDocument,
): Promise<Imported> {
  const name = [path, ...document.inside].join('#');
  const reasons = document.problems.map(({ reason }) => reason);
  const { paper } = document;
  if (!paper) return failed(name, document.failure ?? 'corrupt', reasons);
  // a classification that the policy does not know must not come in under the collection's own label
  if (paper.classification !== undefined && paper.label === undefined)
    return failed(name, 'refused', [...reasons, 'its classification has no place in the policy']);
  const { fileDocuments } = await client.execute(FileDocumentsDocument, {
    collectionId,
    documents: [documentInput(paper)],
  });
  const [filed] = fileDocuments;
  if (filed?.__typename !== 'FiledDocument') {
    const reason = filed ? `${filed.refusal.message} (${filed.refusal.code})` : '';
    return failed(name, 'refused', [...reasons, reason]);
  }
  const outcome = OUTCOMES[filed.outcome as keyof typeof OUTCOMES];
  const words = marking(paper.label ?? defaultLabel, policy);
  return { path: name, outcome, documentId: filed.documentId, title: paper.title, marking: words, reasons };
}

/** The file itself lies beside the paper that was made of it; one that holds papers under higher labels stays out. */
async function keepOriginal(
  { client, policy, defaultLabel }: Place,
  file: File,
  hash: string,
  documents: readonly FileDocument[],
  outcomes: readonly Imported[],
): Promise<void> {
  const [outer] = documents;
  const [{ documentId, outcome }] = [outcomes[0] ?? { documentId: null, outcome: 'refused' as const }];
  const labels = documents.map(({ paper }) => paper?.label ?? defaultLabel);
  const own = outer?.paper?.label ?? defaultLabel;
  const isWhole =
    outcomes.every((one) => one.documentId !== null) &&
    documents.filter(({ inside }) => inside.length === 0).length === 1;
  const isCovered = labels.every((label) => dominates(own, label, policy));
  if (documentId === null || outcome !== 'created' || !isWhole || !isCovered) return;
  const name = file.name.replaceAll(/[\p{Cc}\\/]/gu, '_').slice(-255);
  const mediaType = file.type === '' ? 'application/octet-stream' : file.type;
  const input = { documentId, version: 1, name, mediaType, size: file.size, sha256: hash };
  try {
    await client.originals.keep(
      input,
      async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
    );
  } catch (error) {
    // the paper is filed; another may have laid its file there, or there is no room for files
    if (!hasCode(error, 'FORBIDDEN', 'CONFLICT', 'QUOTA_EXCEEDED', 'TOO_LARGE', 'BAD_INPUT')) throw error;
  }
}

const failed = (path: string, outcome: Imported['outcome'], reasons: readonly string[]): Imported => ({
  ...{ path, outcome, documentId: null, title: null, marking: null },
  reasons: reasons.filter((reason) => reason !== ''),
});
