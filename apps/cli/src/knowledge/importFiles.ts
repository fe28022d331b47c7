import { because, documentInput, Keeping, withoutLevel } from '#ingest';
import type {
  DocumentReaderOptions,
  FailureKind,
  FoundFile,
  KeepOriginals,
  LocalFile,
  PaperDraft,
  PaperInput,
  Problem,
  ReadDocument,
  Twin,
} from '#ingest';
import type { Label, SecurityPolicy } from '#policy';

import { RECOGNITION_LIMITS } from '../extraction/confinement.js';
import { Extractor } from '../extraction/extractor.js';
import type { MemoryPeaks } from '../extraction/memory.js';
import type { Filed, FilePapers } from './filePapers.js';
import { countDocuments, FileReader, findFiles } from './readFiles.js';

/**
 * What became of a document: filed anew, as a new version or already there; `ready` in a dry run; a duplicate of another
 * file; refused by the server, by the limits, or because its classification has no place in the policy; damaged, with a
 * password, or of a format that is not taken.
 */
export type Outcome = 'created' | 'revised' | 'unchanged' | 'ready' | 'duplicate' | FailureKind;

/** One document of the import; without a paper, what stood in the way of it. */
export interface ImportedDocument {
  readonly path: string;
  readonly sourceId: string;
  readonly outcome: Outcome;
  readonly documentId?: string;
  readonly paper?: PaperDraft;
  readonly problems: readonly Problem[];
  /** How long it took to read. */
  readonly milliseconds: number;
}

export interface ImportProgress {
  readonly files: number;
  readonly filesDone: number;
  /** Read and, but for the last batch, filed. */
  readonly documents: number;
  /** How many there will be, counted before. */
  readonly expected: number;
  readonly documentsPerSecond: number;
  /** At this rate. */
  readonly secondsLeft: number;
}

export interface ImportTotals {
  readonly files: number;
  readonly documents: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly problems: number;
  /** Files that lie beside their documents. */
  readonly originals: number;
  readonly seconds: number;
  /** The most that was taken, in bytes. */
  readonly memory: MemoryPeaks;
}

export interface ImportOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** The policy in force: labels are made for it. */
  readonly policy: SecurityPolicy;
  /** Where to; absent in a dry run, which reads everything and files nothing. */
  readonly target?: {
    readonly collectionId: string;
    readonly papers: FilePapers;
    /** Where the files themselves are kept; absent: nowhere. */
    readonly originals?: {
      readonly through: KeepOriginals;
      /** Of papers that bring none of their own. */
      readonly defaultLabel: Label;
    };
  };
  /** Languages in which pages without text are read from their pictures; absent: they are not. */
  readonly ocr?: readonly string[];
  /** Whether files are read again that lie beside their documents already. */
  readonly again?: boolean;
  /** Called for every document, file by file. */
  readonly onDocument?: (document: ImportedDocument) => void;
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Called with what went wrong beside the documents. */
  readonly onRemark?: (words: string) => void;
}

/** One request carries no more than these; a server takes 4 MiB. */
const BATCH_DOCUMENTS = 25;
const BATCH_CHARACTERS = 800_000;
/** Files inside others wait in memory for their documents to be filed; beyond this, what has gathered goes at once. */
const HELD_BYTES = 16 * 1024 * 1024;
/** Files whose contents the server is asked for at once. */
const LOOK_AHEAD = 50;

type TimedDocument = ReadDocument & { readonly milliseconds: number };

interface Waiting {
  readonly read: TimedDocument;
  readonly paper: PaperDraft;
  readonly input: PaperInput;
}

const NO_OUTCOMES: Readonly<Record<Outcome, number>> = {
  created: 0,
  revised: 0,
  unchanged: 0,
  ready: 0,
  duplicate: 0,
  unsupported: 0,
  encrypted: 0,
  corrupt: 0,
  refused: 0,
};

class Import {
  private readonly outcomes: Record<Outcome, number> = { ...NO_OUTCOMES };
  private readonly started = performance.now();
  private waiting: Waiting[] = [];
  private characters = 0;
  /** The batch that is under way at the server while the next one is read. */
  private filing: Promise<void> = Promise.resolve();
  private problems = 0;
  private documents = 0;
  private readonly keeping: Keeping | undefined;

  constructor(
    private readonly options: ImportOptions,
    private readonly files: number,
    private readonly expected: number,
  ) {
    const { target, policy } = options;
    if (!target?.originals) return;
    const { collectionId, originals } = target;
    const { through, defaultLabel } = originals;
    this.keeping = new Keeping({ originals: through, collectionId, policy, defaultLabel });
  }

  /** Before the documents of a file. */
  begin({ name }: FoundFile, looked: LocalFile | undefined): void {
    if (looked) this.keeping?.begin(looked, name);
  }

  /** After them. */
  async end({ path }: FoundFile): Promise<void> {
    this.keeping?.end(path);
    if ((this.keeping?.held ?? 0) > HELD_BYTES) await this.finishAll();
  }

  async take(read: TimedDocument): Promise<void> {
    const { paper } = read;
    this.keeping?.read(read, paper !== undefined && !withoutLevel(paper));
    if (read.filedAs !== undefined) this.finish(read, 'unchanged', read.filedAs.documentId);
    else if (paper === undefined) this.finish(read, read.failure ?? 'corrupt');
    else if (withoutLevel(paper)) this.finish(read, 'refused');
    else if (this.options.target === undefined) this.finish(read, 'ready');
    else await this.enqueue({ read, paper, input: documentInput(paper) });
  }

  private finish(read: TimedDocument, outcome: Outcome, documentId?: string): void {
    const { path, sourceId, paper, problems, milliseconds } = read;
    this.outcomes[outcome] += 1;
    this.problems += problems.length;
    this.documents += 1;
    this.options.onDocument?.({
      path,
      sourceId,
      outcome,
      ...(documentId === undefined ? {} : { documentId }),
      ...(paper === undefined ? {} : { paper }),
      problems,
      milliseconds,
    });
  }

  /** Everything that was taken, to the server. */
  async finishAll(): Promise<void> {
    await this.flush();
    await this.filing;
    await this.keep();
  }

  /** Sends what has gathered, once the batch before it is filed; what went wrong with that one is thrown here. */
  private async flush(): Promise<void> {
    const { target } = this.options;
    const batch = this.waiting;
    if (target === undefined || batch.length === 0) return;
    await this.filing;
    this.waiting = [];
    this.characters = 0;
    this.filing = this.file(batch, target);
    this.filing.catch(() => undefined); // whoever waits for it hears of it
  }

  private async file(batch: readonly Waiting[], target: NonNullable<ImportOptions['target']>): Promise<void> {
    const filed = await target.papers.file(
      target.collectionId,
      batch.map(({ input }) => input),
    );
    for (const [at, { read }] of batch.entries()) this.settle(read, filed[at]);
    await this.keep();
  }

  private async keep(): Promise<void> {
    const { keeping } = this;
    await keeping?.flush();
    for (const { path, reason } of keeping?.problems.splice(0) ?? []) {
      this.problems += 1;
      this.options.onRemark?.(`${path}: ${reason}`);
    }
  }

  progress(filesDone: number): void {
    const seconds = (performance.now() - this.started) / 1000;
    const documentsPerSecond = seconds > 0 ? this.documents / seconds : 0;
    const expected = Math.max(this.expected, this.documents);
    const secondsLeft = documentsPerSecond > 0 ? (expected - this.documents) / documentsPerSecond : 0;
    const { files, documents } = this;
    this.options.onProgress?.({ files, filesDone, documents, expected, documentsPerSecond, secondsLeft });
  }

  totals(memory: MemoryPeaks): ImportTotals {
    const { files, documents, outcomes, problems } = this;
    const seconds = Math.round(performance.now() - this.started) / 1000;
    const originals = this.keeping?.kept ?? 0;
    return { files, documents, outcomes, problems, originals, seconds, memory };
  }

  private async enqueue(next: Waiting): Promise<void> {
    const size = JSON.stringify(next.input).length;
    const twice = this.waiting.some(({ input }) => input.sourceId === next.input.sourceId);
    if (twice || this.waiting.length >= BATCH_DOCUMENTS || this.characters + size > BATCH_CHARACTERS)
      await this.flush();
    this.waiting.push(next);
    this.characters += size;
  }

  private settle(read: TimedDocument, filed: Filed | undefined): void {
    this.keeping?.filed(read, filed?.outcome === 'refused' ? undefined : filed);
    if (filed === undefined) this.finish(read, 'refused');
    else if (filed.outcome !== 'refused') this.finish(read, filed.outcome, filed.documentId);
    else {
      const { code: error, reason: detail } = filed;
      const problem = { documentId: read.sourceId, ...because('REFUSED', { error, detail }) };
      this.finish({ ...read, problems: [...read.problems, problem] }, 'refused');
    }
  }
}

/** Documents of a file with the time that each took. */
async function* timed(documents: AsyncIterable<ReadDocument>): AsyncGenerator<TimedDocument> {
  let since = performance.now();
  for await (const document of documents) {
    yield { ...document, milliseconds: Math.round(performance.now() - since) };
    since = performance.now();
  }
}

/**
 * Reads files and folders in a confined process and files their papers in batches. It can be broken off at any point and
 * begun again: what the server has already stays as it is. One file that cannot be read does not stop the others.
 * @throws the file system's error for a path that does not exist, the client's errors where the server cannot be reached
 */
export async function importFiles(options: ImportOptions): Promise<ImportTotals> {
  const files = await findFiles(options.paths);
  const expected = options.onProgress === undefined ? 0 : await countDocuments(files);
  const run = new Import(options, files.length, expected);
  const { ocr, target } = options;
  const extractor = ocr ? new Extractor(RECOGNITION_LIMITS, ocr) : new Extractor();
  // pictures that were not looked at before are the reason to ask for it
  const again = options.again === true || ocr !== undefined;
  const reader = new FileReader(extractor, options.policy, { again, ...readerTarget(target) });
  try {
    for (let at = 0; at < files.length; at += LOOK_AHEAD) {
      const some = await lookedAt(files.slice(at, at + LOOK_AHEAD), reader, options);
      for (const [offset, { file, looked, twin }] of some.entries()) {
        run.begin(file, looked);
        for await (const read of timed(reader.read(file, looked, twin))) {
          await run.take(read);
          run.progress(at + offset);
        }
        await run.end(file);
        run.progress(at + offset + 1);
      }
    }
    await run.finishAll();
  } finally {
    extractor.close();
  }
  run.progress(files.length);
  return run.totals(extractor.memory);
}

function readerTarget(target: ImportOptions['target']): Pick<DocumentReaderOptions, 'target'> {
  const { collectionId, originals } = target ?? {};
  if (collectionId === undefined || originals === undefined) return {};
  const { through, defaultLabel } = originals;
  return { target: { collectionId, originals: through, defaultLabel } };
}

interface LookedAt {
  readonly file: FoundFile;
  readonly looked: LocalFile | undefined;
  readonly twin: Twin | undefined;
}

/** Files with their hashes, and with what was made from the same contents before. */
async function lookedAt(
  files: readonly FoundFile[],
  reader: FileReader,
  { target }: ImportOptions,
): Promise<LookedAt[]> {
  const looked: (LocalFile | undefined)[] = [];
  for (const file of files) looked.push(await reader.look(file));
  const hashes = looked.flatMap((one) => one?.sha256 ?? []);
  const known = hashes.length > 0 ? await target?.originals?.through.known(target.collectionId, hashes) : undefined;
  return files.map((file, at) => ({ file, looked: looked[at], twin: known?.get(looked[at]?.sha256 ?? '') }));
}
