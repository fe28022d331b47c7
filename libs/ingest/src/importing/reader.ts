import type { Label } from '#policy';

import type { PaperDraft } from '../draft.js';
import type { FailureKind } from '../formats/extraction.js';
import type { FileDocument } from '../formats/read.js';
import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import type { FoundFile, KeepOriginals, ReadDocument, Twin } from './documents.js';

/** What DocumentReader may be told. */
export interface DocumentReaderOptions {
  /** Whether files are read that are filed already; default: yes. */
  readonly again?: boolean;
  /** Where files inside others are to be kept as well; absent: nowhere. */
  readonly target?: {
    readonly collectionId: string;
    readonly originals: Pick<KeepOriginals, 'known'>;
    readonly defaultLabel: Label;
  };
}

/** What has the same content: its name, and its label where that can be said. */
interface Known {
  readonly name: string;
  readonly label?: Label;
}

/** The documents of files, one file after the other; it remembers what it has met: the same content is not filed twice. */
export class DocumentReader {
  /** What each content was first, by its hash. */
  private readonly known = new Map<string, Known>();

  constructor(private readonly options: DocumentReaderOptions) {}

  /**
   * The documents of one file, then of files inside it.
   * @param sha256 - of its content
   * @param filed - what was made from the same content in an earlier import
   * @param extract - reads the file, which is not done where that is known to be of no use
   */
  async *read(
    file: FoundFile,
    sha256: string,
    filed: Twin | undefined,
    extract: () => AsyncIterable<FileDocument>,
  ): AsyncGenerator<ReadDocument> {
    const before = this.known.get(sha256);
    if (before !== undefined) {
      yield failedRead(file, 'duplicate', because('SAME_CONTENT', { name: before.name }));
      return;
    }
    // its file lies there because everything in it was filed: what has become of that since stays as it is
    if (filed?.sourceId === file.name && filed.isKept && this.options.again === false) {
      this.known.set(sha256, { name: file.name });
      yield { path: file.path, file: file.path, sourceId: file.name, filedAs: filed, problems: [] };
      return;
    }
    // the same file again is no duplicate of itself; a text may bring a name of its own, which only reading it tells
    if (filed && filed.sourceId !== file.name && !isMarkdown(file)) {
      this.known.set(sha256, { name: filed.sourceId ?? filed.title });
      yield { ...failedRead(file, 'duplicate', sameAs(filed)), twin: filed };
      return;
    }
    for await (const document of extract()) yield await this.recognised(document, file, sha256, filed);
  }

  private async recognised(
    document: FileDocument,
    file: FoundFile,
    sha256: string,
    filed: Twin | undefined,
  ): Promise<ReadDocument> {
    const own = document.inside.length === 0;
    const path = [file.path, ...document.inside].join('#');
    const place = { path, file: file.path };
    const key = own ? sha256 : document.digest;
    const before = own ? textTwin(file, filed) : await this.filedBefore(document);
    const twin = own || key === undefined ? undefined : this.known.get(key);
    if (twin !== undefined) {
      const label = twin.label === undefined ? {} : { twinLabel: twin.label };
      return { ...duplicate(document, place, because('SAME_CONTENT', { name: twin.name })), ...label };
    }
    if (before !== undefined && before.sourceId !== document.sourceId) {
      const label = before.isKept ? { twinLabel: before.label } : {};
      return { ...duplicate(document, place, sameAs(before)), ...label, twin: before };
    }
    if (key !== undefined && document.paper !== undefined) this.remember(key, document.sourceId, document.paper);
    return readAt(place, document);
  }

  /** The first paper of a content counts; one whose classification has no place in the policy has no label to be told by. */
  private remember(key: string, name: string, { classification, label }: PaperDraft): void {
    if (this.known.has(key)) return;
    const told = label ?? (classification === undefined ? this.options.target?.defaultLabel : undefined);
    this.known.set(key, { name, ...(told === undefined ? {} : { label: told }) });
  }

  /** What was made of a file inside another one in an earlier import. */
  private async filedBefore({ digest, content }: FileDocument): Promise<Twin | undefined> {
    const { target } = this.options;
    if (target === undefined || digest === undefined || content === undefined) return undefined;
    return (await target.originals.known(target.collectionId, [digest])).get(digest);
  }
}

const isMarkdown = ({ path }: FoundFile): boolean => /\.(?:md|markdown)$/iu.test(path);
/** Of a file that is read though it is known, only a text's own name can differ. */
const textTwin = (file: FoundFile, filed: Twin | undefined): Twin | undefined =>
  isMarkdown(file) && filed?.isKept === true ? filed : undefined;
const sameAs = ({ title, documentId, sourceId, isKept }: Twin): Reason =>
  isKept ? because('SAME_AS_FILED', { title, documentId }) : because('SAME_AS_ALL', { name: sourceId ?? title });

/** A file, or a document of it, of which no paper was made. */
export function failedRead(
  { path, name }: FoundFile,
  failure: FailureKind | 'duplicate',
  reason: Reason,
): ReadDocument {
  return { path, file: path, sourceId: name, failure, problems: [{ documentId: name, ...reason }] };
}

interface PlaceOfDocument {
  readonly path: string;
  readonly file: string;
}

function duplicate({ sourceId }: FileDocument, { path, file }: PlaceOfDocument, reason: Reason): ReadDocument {
  return { ...failedRead({ path, name: sourceId }, 'duplicate', reason), file };
}

function readAt(place: PlaceOfDocument, { inside, digest, content: bytes, ...read }: FileDocument): ReadDocument {
  if (bytes === undefined || digest === undefined) return { ...place, ...read };
  const about = { path: place.path, name: inside.at(-1) ?? '', size: bytes.length, sha256: digest };
  return {
    ...place,
    ...read,
    content: { ...about, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) },
  };
}
