import { KeepOriginalsDocument, KnownOriginalsDocument, NoteImportedFileDocument } from '#contracts';
import type { KnownOriginalsQuery, OriginalInput, WholeOriginalInput } from '#contracts';
import { toBase64 } from '#primitives';

import { patiently } from '../attachments/patience.js';
import type { Core } from '../core.js';
import { hasCode } from '../errors.js';
import { mediaTypeOf } from './mediaTypes.js';

/** Reads bytes of a file, from `start` up to and without `end`. */
export type ReadRange = (start: number, end: number) => Promise<Uint8Array>;

/** A file that is to be kept. */
export interface OriginalFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  readonly read: ReadRange;
}

/** A file, and the version that it belongs beside. */
export interface OriginalOf {
  readonly file: OriginalFile;
  readonly documentId: string;
  readonly version: number;
}

/** What became of a file: it lies there; it is not the importer's to lay; or it is not taken, with the server's code and words. */
export type KeptOriginal = 'kept' | 'left' | { readonly error: string; readonly detail: string };

/** A document, or several, that were made from the same content before. */
export type KnownOriginal = Omit<KnownOriginalsQuery['knownOriginals'][number], 'sha256'>;

/** Files up to this size go many in one request; larger ones by themselves, in pieces. */
const SMALL_BYTES = 256 * 1024;
/** What one request carries at most; a server takes 4 MiB, of text that is a third longer. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_FILES = 50;
const LARGE_AT_ONCE = 4;

/** The files of an import, many at a time. */
export class OriginalsTogether {
  constructor(
    private readonly core: Core,
    /** Lays one file there in pieces. */
    private readonly keepOne: (input: OriginalInput, read: ReadRange) => Promise<void>,
  ) {}

  async known(collectionId: string, hashes: readonly string[]): Promise<ReadonlyMap<string, KnownOriginal>> {
    const { session, timer } = this.core;
    const { knownOriginals } = await patiently(timer, () =>
      session.execute(KnownOriginalsDocument, { collectionId, sha256: [...hashes] }),
    );
    return new Map(knownOriginals.map(({ sha256, ...known }) => [sha256, known]));
  }

  async keepAll(wanted: readonly OriginalOf[]): Promise<readonly KeptOriginal[]> {
    const become = new Map<OriginalOf, KeptOriginal>();
    for (const batch of batchesOf(wanted.filter(({ file }) => file.size <= SMALL_BYTES))) {
      const kept = await this.keepWhole(batch);
      for (const [at, original] of batch.entries()) {
        const outcome = kept[at];
        if (outcome !== undefined) become.set(original, outcome);
      }
    }
    const rest = wanted.filter((original) => !become.has(original));
    const some = async (): Promise<void> => {
      for (let next = rest.shift(); next; next = rest.shift()) become.set(next, await this.keepInPieces(next));
    };
    await Promise.all(Array.from({ length: LARGE_AT_ONCE }, some));
    return wanted.map((original) => become.get(original) ?? 'left');
  }

  async note(
    collectionId: string,
    { name, sha256 }: Pick<OriginalFile, 'name' | 'sha256'>,
    documentIds: readonly string[],
  ): Promise<void> {
    const { session, timer } = this.core;
    const input = { collectionId, name, sha256, documentIds: [...documentIds] };
    await patiently(timer, () => session.execute(NoteImportedFileDocument, { input })).catch((error: unknown) => {
      // another has filed some of it
      if (!hasCode(error, 'NOT_FOUND', 'FORBIDDEN', 'TOO_LARGE')) throw error;
    });
  }

  /** Many in one request; undefined for one that goes on in pieces. */
  private async keepWhole(batch: readonly OriginalOf[]): Promise<(KeptOriginal | undefined)[]> {
    const { session, timer } = this.core;
    const inputs: WholeOriginalInput[] = [];
    for (const { file, documentId, version } of batch) {
      const content = toBase64(await file.read(0, file.size));
      inputs.push({ documentId, version, ...describedOf(file), sha256: file.sha256, content });
    }
    const { keepOriginals } = await patiently(timer, () => session.execute(KeepOriginalsDocument, { inputs }));
    return keepOriginals.map((answer) => {
      if (answer.__typename === 'OriginalUpload') return 'kept';
      const { code: error, message: detail } = answer.refusal;
      if (error === 'CONFLICT') return undefined;
      return error === 'FORBIDDEN' ? 'left' : { error, detail };
    });
  }

  private async keepInPieces({ file, documentId, version }: OriginalOf): Promise<KeptOriginal> {
    const { size, sha256, read } = file;
    try {
      await this.keepOne({ documentId, version, ...describedOf(file), size, sha256 }, read);
      return 'kept';
    } catch (error) {
      // another has filed this version, or laid another file beside it
      if (hasCode(error, 'FORBIDDEN', 'CONFLICT')) return 'left';
      if (!hasCode(error, 'QUOTA_EXCEEDED', 'TOO_LARGE', 'BAD_INPUT', 'NOT_FOUND')) throw error;
      return { error: error.code, detail: error.message };
    }
  }
}

function batchesOf(files: readonly OriginalOf[]): OriginalOf[][] {
  const batches: OriginalOf[][] = [];
  let bytes = Infinity;
  for (const one of files) {
    const { size } = one.file;
    if (bytes + size > BATCH_BYTES || (batches.at(-1)?.length ?? 0) >= BATCH_FILES) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)?.push(one);
    bytes += size;
  }
  return batches;
}

function describedOf({ name }: OriginalFile): { name: string; mediaType: string } {
  return { name: name.replaceAll(/[\p{Cc}\\/]/gu, '_').slice(-255), mediaType: mediaTypeOf(name) };
}
