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
import { forgetImport, keepFile, keepImport, keptImport } from './kept.js';
import type { KeptFile, KeptImport } from './kept.js';
import type { Imported, ImportState, NewImport, Outcome } from './protocol.js';

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

/** What did not become a paper for a reason that the file itself gives: it is not read again. */
const FINAL: readonly Outcome[] = ['unsupported', 'encrypted', 'corrupt'];

/**
 * The last import of one vault. What became of each file is kept there as soon as it is known, so that after a reload the rest can be chosen
 * again: what is done is passed over, and what was filed without being noted here the server knows.
 */
export class Imports {
  #head: KeptImport | undefined;
  readonly #files = new Map<string, KeptFile>();
  #isRunning = false;
  #isCancelled = false;
  #trouble: string | null = null;
  readonly #isLoaded: Promise<void>;

  constructor(private readonly client: Client) {
    this.#isLoaded = this.load();
  }

  async begin({ id, collectionId, files }: NewImport): Promise<void> {
    await this.#isLoaded;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#isCancelled = false;
    this.#trouble = null;
    try {
      const isSame = this.#head?.id === id && this.#head.collectionId === collectionId;
      if (!isSame) await this.clear();
      const paths = [...new Set([...(this.#head?.paths ?? []), ...files.map(({ path }) => path)])];
      this.#head = { id, collectionId, paths };
      await keepImport(this.client, this.#head);
    } catch (error) {
      this.#isRunning = false;
      throw error;
    }
    void this.carryOut(collectionId, files);
  }

  async state(): Promise<ImportState | undefined> {
    await this.#isLoaded;
    if (!this.#head) return undefined;
    const { id, collectionId, paths } = this.#head;
    const missing = paths.filter((path) => !this.#files.has(path));
    const outcomes = paths.flatMap((path) => this.#files.get(path)?.outcomes ?? []);
    const [isRunning, trouble, total] = [this.#isRunning, this.#trouble, paths.length];
    return { id, collectionId, isRunning, trouble, done: total - missing.length, total, missing, outcomes };
  }

  cancel(): void {
    this.#isCancelled = true;
  }

  async forget(): Promise<void> {
    await this.#isLoaded;
    if (!this.#isRunning) await this.clear();
  }

  private async load(): Promise<void> {
    const kept = await keptImport(this.client);
    this.#head = kept?.head;
    for (const file of kept?.files ?? []) this.#files.set(file.path, file);
  }

  private async clear(): Promise<void> {
    await forgetImport(this.client);
    this.#head = undefined;
    this.#files.clear();
  }

  private async carryOut(collectionId: string, files: readonly DroppedFile[]): Promise<void> {
    try {
      const place = await placeOf(this.client, collectionId);
      for (const dropped of files.filter((one) => !this.isDone(one))) {
        if (this.#isCancelled) break;
        const outcomes = await importFile(place, dropped).catch((error: unknown) => refusedFor(error, dropped));
        await this.note(dropped, outcomes);
      }
    } catch (error) {
      const trouble = isTransient(error) ? 'SERVER_UNREACHABLE' : 'INTERNAL';
      this.#trouble = hasCode(error, 'NOT_FOUND', 'FORBIDDEN') ? error.code : trouble;
    }
    this.#isRunning = false;
  }

  private async note({ path, file: { size, lastModified: modified } }: DroppedFile, outcomes: readonly Imported[]) {
    const file = { path, size, modified, outcomes };
    await keepFile(this.client, file);
    this.#files.set(path, file);
  }

  /** Whether nothing else could become of it: what the server refused it may take now. */
  private isDone({ path, file }: DroppedFile): boolean {
    const known = this.#files.get(path);
    if (known?.size !== file.size || known.modified !== file.lastModified) return false;
    return known.outcomes.every(({ documentId, outcome }) => documentId !== null || FINAL.includes(outcome));
  }
}

async function placeOf(client: Client, collectionId: string): Promise<Place> {
  const { collection } = await client.execute(CollectionDocument, { id: collectionId });
  if (!collection) throw new ChanceryError('NOT_FOUND', 'There is no such collection.', { field: 'collectionId' });
  const defaultLabel = labelOf({ label: collection.defaultLabel });
  return { client, collectionId, policy: await client.policy(), defaultLabel };
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
