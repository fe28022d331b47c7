import { ChanceryError, hasCode, isTransient } from '#client';
import type { Client } from '#client';
import { FileDocumentsDocument } from '#contracts';
import { because, documentInput, DocumentReader, Keeping, withoutLevel } from '#ingest';
import type { FiledVersion, FileDocument, LocalFile, PaperDraft, ReadDocument, Reason } from '#ingest';
import { marking } from '#policy';
import type { Label, SecurityPolicy } from '#policy';
import { sha256, toHex } from '#primitives/verify';

import { MOST_BYTES, readConfined } from './confined.js';
import type { Imported, ImportReason } from './protocol.js';

/** Where papers go. */
interface Place {
  readonly client: Client;
  readonly collectionId: string;
  readonly policy: SecurityPolicy;
  /** Of papers that bring none of their own. */
  readonly defaultLabel: Label;
}

export interface DroppedFile {
  /** With the folders that were dropped: the name under which it is imported. */
  readonly path: string;
  readonly file: File;
}

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly field?: string | null | undefined;
}

/** A paper as the server took it, or why it did not. */
type Filed =
  | (FiledVersion & { readonly outcome: 'created' | 'revised' | 'unchanged' })
  | { readonly outcome: 'refused'; readonly reasons: readonly Reason[] };

const MIB = 1024 * 1024;
const OUTCOMES = { CREATED: 'created', REVISED: 'revised', UNCHANGED: 'unchanged' } as const;

/** Files become papers of one collection, each with everything inside it, and lie beside them: as the command line does it. */
export class FileImport {
  private readonly reader: DocumentReader;

  constructor(private readonly place: Place) {
    const { client, collectionId, defaultLabel } = place;
    const target = { collectionId, originals: client.originals, defaultLabel };
    this.reader = new DocumentReader({ again: false, target });
  }

  /**
   * What the server does not take of one file stops no other.
   * @throws ChanceryError that stops them all: a server that is not there, a collection that may not be written
   */
  async take({ path, file }: DroppedFile): Promise<Imported[]> {
    if (file.size > MOST_BYTES)
      return [failed(path, 'refused', [because('FILE_TOO_LARGE', { mebibytes: MOST_BYTES / MIB })])];
    try {
      const bytes = await contentOf(file);
      return await this.fileAll(localFile(path, file, bytes), bytes);
    } catch (error) {
      return [failed(path, 'refused', [refusalOf(error)])];
    }
  }

  private async fileAll(file: LocalFile, bytes: Uint8Array): Promise<Imported[]> {
    const { client, ...place } = this.place;
    const { path, sha256: hash } = file;
    const twin = (await client.originals.known(place.collectionId, [hash])).get(hash);
    const keeping = new Keeping({ originals: client.originals, ...place });
    keeping.begin(file, path);
    const outcomes: Imported[] = [];
    for await (const document of this.reader.read({ path, name: path }, hash, twin, () => this.extract(path, bytes)))
      outcomes.push(await this.file(document, keeping));
    keeping.end(path);
    await keeping.flush();
    const unkept = (one: Imported): Reason[] => keeping.problems.filter((problem) => problem.path === one.path);
    return outcomes.map((one) => ({ ...one, reasons: [...one.reasons, ...unkept(one).map(told)] }));
  }

  private async *extract(path: string, bytes: Uint8Array): AsyncGenerator<FileDocument> {
    const volume = path.replace(/^.*\//u, '').replace(/\.[^.]*$/u, '');
    yield* await readConfined({ name: path, volume, policy: this.place.policy, bytes, contents: true });
  }

  private async file(document: ReadDocument, keeping: Keeping): Promise<Imported> {
    const { path, paper, problems } = document;
    const isFiled = paper !== undefined && !withoutLevel(paper);
    keeping.read(document, isFiled);
    if (!paper) return this.withoutPaper(document);
    if (!isFiled) return failed(path, 'refused', [...problems, because('CLASSIFICATION_UNKNOWN')]);
    const filed = await this.send(paper);
    keeping.filed(document, filed.outcome === 'refused' ? undefined : filed);
    if (filed.outcome === 'refused') return failed(path, 'refused', [...problems, ...filed.reasons]);
    const { outcome, documentId } = filed;
    const words = this.marked(paper.label);
    return { path, outcome, documentId, title: paper.title, marking: words, reasons: problems.map(told) };
  }

  /** Of a file that is there already, or of one of which no paper can be made. */
  private withoutPaper({ path, filedAs, twin = filedAs, failure, problems }: ReadDocument): Imported {
    if (!twin) return failed(path, failure ?? 'corrupt', problems);
    const { documentId, title, label } = twin;
    const outcome = filedAs ? 'unchanged' : 'duplicate';
    return { path, outcome, documentId, title, marking: this.marked(label), reasons: problems.map(told) };
  }

  private async send(paper: PaperDraft): Promise<Filed> {
    const { client, collectionId } = this.place;
    const documents = [documentInput(paper)];
    const { fileDocuments } = await client.execute(FileDocumentsDocument, { collectionId, documents });
    const [filed] = fileDocuments;
    if (!filed) return { outcome: 'refused', reasons: [] };
    if (filed.__typename === 'FileRefused') return { outcome: 'refused', reasons: [refused(filed.refusal)] };
    const { documentId, versionNumber, outcome } = filed;
    return { documentId, versionNumber, outcome: OUTCOMES[outcome as keyof typeof OUTCOMES] };
  }

  private marked(label: Label | undefined): string {
    return marking(label ?? this.place.defaultLabel, this.place.policy);
  }
}

/** @throws ChanceryError FILE_UNREADABLE where the file has gone or was changed since it was chosen */
async function contentOf(file: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new ChanceryError('FILE_UNREADABLE', 'it has gone or was changed since it was chosen');
  }
}

function localFile(path: string, file: File, bytes: Uint8Array): LocalFile {
  const read = (start: number, end: number) => contentOf(file.slice(start, end));
  return { path, name: file.name, size: file.size, sha256: toHex(sha256(bytes)), read };
}

/** @throws the error where it stops every file */
function refusalOf(error: unknown): Reason {
  if (hasCode(error, 'FILE_UNREADABLE')) return because('DISK', { detail: error.message });
  const stops = isTransient(error) || hasCode(error, 'VAULT_MISSING', 'FORBIDDEN');
  if (stops || !(error instanceof ChanceryError)) throw error;
  return refused(error);
}

function refused({ code: error, message: detail, field }: Refusal): Reason {
  return because('REFUSED', { error, detail, ...(typeof field === 'string' ? { field } : {}) });
}

function failed(path: string, outcome: Imported['outcome'], reasons: readonly Reason[]): Imported {
  return { path, outcome, documentId: null, title: null, marking: null, reasons: reasons.map(told) };
}

const told = ({ code, values, reason }: Reason): ImportReason => ({ code, ...(values && { values }), reason });
