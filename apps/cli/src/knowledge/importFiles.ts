import { documentInput } from '#ingest';
import type { PaperDraft, PaperInput, Problem } from '#ingest';
import type { SecurityPolicy } from '#policy';

import type { Filed, FilePapers } from './filePapers.js';
import { countDocuments, findFiles, isSupported, readDocuments } from './readFiles.js';
import type { ReadDocument } from './readFiles.js';

/**
 * What became of a document: filed anew, as a new version or already there; `ready` in a dry run; refused by the server or
 * because its classification has no place in the policy; unreadable or of a format that is not taken.
 */
type Outcome = 'created' | 'revised' | 'unchanged' | 'ready' | 'refused' | 'unreadable' | 'unsupported';

/** One document of the import; without a paper, what stood in the way of it. */
export interface ImportedDocument {
  readonly path: string;
  readonly sourceId: string;
  readonly outcome: Outcome;
  readonly documentId?: string;
  readonly paper?: PaperDraft;
  readonly problems: readonly Problem[];
}

export interface ImportProgress {
  readonly files: number;
  readonly filesDone: number;
  /** Read and, but for the last batch, filed. */
  readonly documents: number;
  /** How many there will be, counted before. */
  readonly expected: number;
  readonly documentsPerSecond: number;
}

export interface ImportTotals {
  readonly files: number;
  readonly documents: number;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly problems: number;
  readonly seconds: number;
}

export interface ImportOptions {
  /** Files and folders. */
  readonly paths: readonly string[];
  /** The policy in force: labels are made for it. */
  readonly policy: SecurityPolicy;
  /** Where to; absent in a dry run, which reads everything and files nothing. */
  readonly target?: { readonly collectionId: string; readonly papers: FilePapers };
  /** Called for every document in the order of the files. */
  readonly onDocument?: (document: ImportedDocument) => void;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** One request carries no more than these; a server takes 4 MiB. */
const BATCH_DOCUMENTS = 25;
const BATCH_CHARACTERS = 800_000;

interface Waiting {
  readonly read: ReadDocument;
  readonly paper: PaperDraft;
  readonly input: PaperInput;
}

const NO_OUTCOMES: Readonly<Record<Outcome, number>> = {
  created: 0,
  revised: 0,
  unchanged: 0,
  ready: 0,
  refused: 0,
  unreadable: 0,
  unsupported: 0,
};

/** A paper with a classification that the policy does not know must not come in under the collection's own label. */
const withoutLevel = (paper: PaperDraft): boolean => paper.classification !== undefined && paper.label === undefined;

class Import {
  private readonly outcomes: Record<Outcome, number> = { ...NO_OUTCOMES };
  private readonly started = performance.now();
  private waiting: Waiting[] = [];
  private characters = 0;
  private problems = 0;
  private documents = 0;

  constructor(
    private readonly options: ImportOptions,
    private readonly files: number,
    private readonly expected: number,
  ) {}

  async take(read: ReadDocument): Promise<void> {
    const { paper } = read;
    if (paper === undefined) this.finish(read, 'unreadable');
    else if (withoutLevel(paper)) this.finish(read, 'refused');
    else if (this.options.target === undefined) this.finish(read, 'ready');
    else await this.enqueue({ read, paper, input: documentInput(paper) });
  }

  finish(read: ReadDocument, outcome: Outcome, documentId?: string): void {
    this.outcomes[outcome] += 1;
    this.problems += read.problems.length;
    this.documents += 1;
    this.options.onDocument?.({ ...read, outcome, ...(documentId === undefined ? {} : { documentId }) });
  }

  async flush(): Promise<void> {
    const { target } = this.options;
    const batch = this.waiting;
    if (target === undefined || batch.length === 0) return;
    this.waiting = [];
    this.characters = 0;
    const filed = await target.papers.file(
      target.collectionId,
      batch.map(({ input }) => input),
    );
    for (const [at, { read }] of batch.entries()) this.settle(read, filed[at]);
  }

  progress(filesDone: number): void {
    const seconds = (performance.now() - this.started) / 1000;
    const documentsPerSecond = seconds > 0 ? this.documents / seconds : 0;
    this.options.onProgress?.({
      files: this.files,
      filesDone,
      documents: this.documents,
      expected: Math.max(this.expected, this.documents),
      documentsPerSecond,
    });
  }

  totals(): ImportTotals {
    const seconds = Math.round(performance.now() - this.started) / 1000;
    return { files: this.files, documents: this.documents, outcomes: this.outcomes, problems: this.problems, seconds };
  }

  private async enqueue(next: Waiting): Promise<void> {
    const size = JSON.stringify(next.input).length;
    const twice = this.waiting.some(({ input }) => input.sourceId === next.input.sourceId);
    if (twice || this.waiting.length >= BATCH_DOCUMENTS || this.characters + size > BATCH_CHARACTERS)
      await this.flush();
    this.waiting.push(next);
    this.characters += size;
  }

  private settle(read: ReadDocument, filed: Filed | undefined): void {
    if (filed === undefined) this.finish(read, 'refused');
    else if (filed.outcome !== 'refused') this.finish(read, filed.outcome, filed.documentId);
    else {
      const problem = { documentId: read.sourceId, reason: `${filed.reason} (${filed.code})` };
      this.finish({ ...read, problems: [...read.problems, problem] }, 'refused');
    }
  }
}

/**
 * Reads files and folders (TEI, Markdown, plain text) and files their papers in batches. It can be broken off at any point and
 * begun again: what the server has already stays as it is. One file that cannot be read does not stop the others.
 * @throws the file system's error for a path that does not exist, the client's errors where the server cannot be reached
 */
export async function importFiles(options: ImportOptions): Promise<ImportTotals> {
  const files = await findFiles(options.paths);
  const expected = options.onProgress === undefined ? 0 : await countDocuments(files);
  const run = new Import(options, files.length, expected);
  for (const [at, file] of files.entries()) {
    if (!isSupported(file)) {
      const reason = 'only .xml (TEI), .md and .txt are taken';
      run.finish(
        { path: file.path, sourceId: file.name, problems: [{ documentId: file.name, reason }] },
        'unsupported',
      );
      continue;
    }
    for await (const read of readDocuments(file, options.policy)) {
      await run.take(read);
      run.progress(at);
    }
    run.progress(at + 1);
  }
  await run.flush();
  run.progress(files.length);
  return run.totals();
}
