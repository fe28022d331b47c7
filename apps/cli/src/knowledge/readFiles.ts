import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';

import { ChanceryError } from '#client';
import type { FailureKind, FileDocument, PaperDraft, Problem } from '#ingest';
import type { Label, SecurityPolicy } from '#policy';

import { EXTRACTION_LIMITS } from '../extraction/confinement.js';
import type { Extractor } from '../extraction/extractor.js';
import { lookAt } from './originals.js';
import type { KeepOriginals, LocalFile, Twin } from './originals.js';

/** A file that is to be read. `name` is stable: the same file has it wherever its folder lies. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/** A paper of a file, or what stood in the way of one. A file inside a file has the path of the outer one, `#` and its name. */
export interface ReadDocument {
  readonly path: string;
  /** Path of the outermost file. */
  readonly file: string;
  readonly sourceId: string;
  readonly paper?: PaperDraft;
  /** The file inside another one that the paper was made from. */
  readonly content?: LocalFile;
  /** Of a duplicate: the label of what has the same content, where that is known. */
  readonly twinLabel?: Label;
  /** The document that was made from this very file before, which was therefore not read again. */
  readonly filedAs?: string;
  /** Why there is no paper. `duplicate`: another file has the same content. */
  readonly failure?: FailureKind | 'duplicate';
  readonly problems: readonly Problem[];
}

/** Paths of the files that a document lies in, from the outermost to its own. */
export function placesOf({ file, path }: Pick<ReadDocument, 'file' | 'path'>): string[] {
  // a name inside has no `#` of its own
  const inside = path.slice(file.length).split('#').slice(1);
  return [file, ...inside.map((_, at) => [file, ...inside.slice(0, at + 1)].join('#'))];
}

const slashed = (path: string): string => path.split(sep).join('/');
const isVolume = ({ path }: FoundFile): boolean => ['.xml', '.tei'].includes(extname(path).toLowerCase());

/**
 * The files of paths: a file itself, of a folder everything below it, in the order of their names; hidden ones and links are
 * left out.
 * @throws the file system's error where a path cannot be read
 */
export async function findFiles(paths: readonly string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const path of paths.map((one) => resolve(one))) {
    if ((await stat(path)).isDirectory()) found.push(...(await filesBelow(path)));
    else found.push({ path, name: slashed(join(basename(dirname(path)), basename(path))) });
  }
  return found;
}

async function filesBelow(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !slashed(relative(folder, path))
          .split('/')
          .some((part) => part.startsWith('.')),
    )
    .sort()
    .map((path) => ({ path, name: slashed(join(basename(folder), relative(folder, path))) }));
}

const TEI_DOCUMENT = /<div\b[^>]*\btype\s*=\s*["']document["']/gu;

/** How many documents the files will come to: counted in volumes, one for every other file. */
export async function countDocuments(files: readonly FoundFile[]): Promise<number> {
  let count = 0;
  for (const file of files) {
    const isCounted = isVolume(file) && (await stat(file.path)).size <= EXTRACTION_LIMITS.fileBytes;
    const text = isCounted ? await readFile(file.path, 'utf8').catch(() => '') : '';
    count += Math.max(1, text.match(TEI_DOCUMENT)?.length ?? 0);
  }
  return count;
}

/** What FileReader may be told beside where it reads and for which policy. */
export interface FileReaderOptions {
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

/** Reads files one by one in a confined process, and remembers what it has read: the same content is not read twice. */
export class FileReader {
  /** What each content was first, by its hash. */
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly extractor: Extractor,
    private readonly policy: SecurityPolicy,
    private readonly options: FileReaderOptions = {},
  ) {}

  /** What there is to know of a file before it is read; undefined where it can't be read, or is larger than is taken. */
  async look({ path }: FoundFile): Promise<LocalFile | undefined> {
    try {
      const { size } = await stat(path);
      return size > EXTRACTION_LIMITS.fileBytes ? undefined : await lookAt(path);
    } catch {
      return undefined; // reading it says why
    }
  }

  /**
   * The documents of one file, then of files inside it; never throws but where the server is gone: what cannot be read comes as a
   * failure.
   * @param twin - what was made from the same content in an earlier import
   */
  async *read(file: FoundFile, looked?: LocalFile, twin?: Twin): AsyncGenerator<ReadDocument> {
    try {
      const { size } = await stat(file.path);
      if (size > EXTRACTION_LIMITS.fileBytes) {
        const most = EXTRACTION_LIMITS.fileBytes / 1024 / 1024;
        yield failed(file, 'refused', `it is larger than ${most} MiB`);
      } else yield* this.documents(file, (looked ?? (await lookAt(file.path))).sha256, twin);
    } catch (error) {
      if (error instanceof ChanceryError) throw error;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      yield failed(file, 'corrupt', `the file cannot be read from disk (${code})`);
    }
  }

  private async *documents(file: FoundFile, hash: string, filed: Twin | undefined): AsyncGenerator<ReadDocument> {
    const before = this.known.get(hash);
    if (before !== undefined) {
      yield failed(file, 'duplicate', `the same content as ${before.name}`);
      return;
    }
    // its file lies there because everything in it was filed: what has become of that since stays as it is
    if (filed?.sourceId === file.name && filed.isKept && this.options.again === false) {
      this.known.set(hash, { name: file.name });
      yield { path: file.path, file: file.path, sourceId: file.name, filedAs: filed.documentId, problems: [] };
      return;
    }
    // the same file again is no duplicate of itself; a text may bring a name of its own, which only reading it tells
    if (filed && filed.sourceId !== file.name && !isMarkdown(file)) {
      this.known.set(hash, { name: filed.sourceId ?? filed.title });
      yield failed(file, 'duplicate', sameAs(filed));
      return;
    }
    yield* this.extracted(file, hash, filed);
  }

  private async *extracted(file: FoundFile, hash: string, filed: Twin | undefined): AsyncGenerator<ReadDocument> {
    const content = createReadStream(file.path) as AsyncIterable<Uint8Array>;
    const volume = basename(file.path, extname(file.path));
    const contents = this.options.target !== undefined;
    const request = { name: file.name, volume, policy: this.policy, content, contents };
    for await (const document of this.extractor.read(request)) {
      const own = document.inside.length === 0;
      const path = [file.path, ...document.inside].join('#');
      const place = { path, file: file.path };
      const key = own ? hash : document.digest;
      const before = own ? textTwin(file, filed) : await this.filedBefore(document);
      const twin = own || key === undefined ? undefined : this.known.get(key);
      if (twin !== undefined) yield duplicate(document, place, `the same content as ${twin.name}`, twin.label);
      else if (before !== undefined && before.sourceId !== document.sourceId)
        yield duplicate(document, place, sameAs(before), before.isKept ? before.label : undefined);
      else {
        if (key !== undefined && document.paper !== undefined) this.remember(key, document.sourceId, document.paper);
        yield readAt(place, document);
      }
    }
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

const isMarkdown = ({ path }: FoundFile): boolean => ['.md', '.markdown'].includes(extname(path).toLowerCase());
/** Of a file that is read though it is known, only a text's own name can differ. */
const textTwin = (file: FoundFile, filed: Twin | undefined): Twin | undefined =>
  isMarkdown(file) && filed?.isKept === true ? filed : undefined;
const sameAs = ({ title, documentId, sourceId, isKept }: Twin): string =>
  isKept
    ? `the same content as “${title}” (${documentId}), which is filed already`
    : `the same content as ${sourceId ?? title}, all of which is filed already`;

function failed({ path, name }: FoundFile, failure: FailureKind | 'duplicate', reason: string): ReadDocument {
  return { path, file: path, sourceId: name, failure, problems: [{ documentId: name, reason }] };
}

interface PlaceOfDocument {
  readonly path: string;
  readonly file: string;
}

function duplicate(
  { sourceId }: FileDocument,
  { path, file }: PlaceOfDocument,
  reason: string,
  twinLabel: Label | undefined,
): ReadDocument {
  const known = twinLabel === undefined ? {} : { twinLabel };
  return { ...failed({ path, name: sourceId }, 'duplicate', reason), file, ...known };
}

function readAt(place: PlaceOfDocument, { inside, digest, content: bytes, ...read }: FileDocument): ReadDocument {
  if (bytes === undefined || digest === undefined) return { ...place, ...read };
  const name = inside.at(-1) ?? '';
  return { ...place, ...read, content: { path: place.path, name, size: bytes.length, sha256: digest, bytes } };
}
