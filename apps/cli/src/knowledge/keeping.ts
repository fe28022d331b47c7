import { hasCode } from '#client';
import { dominates } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

import type { Filed } from './filePapers.js';
import type { KeepOriginals, LocalFile } from './originals.js';
import type { ReadDocument } from './readFiles.js';

const KEPT_AT_ONCE = 8;

/** What became of one file's documents so far. */
interface FileSoFar {
  readonly file: LocalFile;
  /** Of all its papers. */
  readonly labels: Label[];
  /** Read, and not yet filed. */
  open: number;
  isRead: boolean;
  outer: { readonly label: Label; readonly documentId: string; readonly version: number } | undefined;
  /** Something of it was taken by nobody, or it has several papers side by side. */
  isApart: boolean;
}

/**
 * Lays files beside the documents that were made from them, when all of a file is filed. A file that holds several papers side by
 * side belongs to none of them; one that encloses a paper under a higher label would show it to readers of the outer one, and
 * stays out too.
 */
export class Keeping {
  private readonly files = new Map<string, FileSoFar>();
  kept = 0;
  readonly problems: string[] = [];

  constructor(
    private readonly originals: KeepOriginals,
    private readonly policy: SecurityPolicy,
    /** Of papers that bring none of their own. */
    private readonly defaultLabel: Label,
  ) {}

  begin(file: LocalFile): void {
    const nothing = { labels: [], open: 0, isRead: false, outer: undefined, isApart: false };
    this.files.set(file.path, { file, ...nothing });
  }

  /** A document was read; `isFiled` says whether it goes to the server. */
  read({ file, paper, failure }: ReadDocument, isFiled: boolean): void {
    const so = this.files.get(file);
    if (!so) return;
    if (isFiled) so.open += 1;
    if (failure === 'duplicate' || (paper && !isFiled)) so.isApart = true;
    if (paper) so.labels.push(paper.label ?? this.defaultLabel);
  }

  filed({ file, path, paper }: ReadDocument, filed: Filed | undefined): void {
    const so = this.files.get(file);
    if (!so || !paper) return;
    so.open -= 1;
    if (filed === undefined || filed.outcome === 'refused') so.isApart = true;
    else if (path === file) {
      so.isApart ||= so.outer !== undefined;
      so.outer = {
        label: paper.label ?? this.defaultLabel,
        documentId: filed.documentId,
        version: filed.versionNumber,
      };
    }
  }

  /** All documents of a file were read. */
  end(path: string): void {
    const so = this.files.get(path);
    if (so) so.isRead = true;
  }

  /** Keeps what is whole. What goes wrong with a file is noted and stops nothing, but where the server is gone. */
  async flush(): Promise<void> {
    const whole = [...this.files.values()].filter(({ isRead, open }) => isRead && open === 0);
    for (const { file } of whole) this.files.delete(file.path);
    const wanted = whole.flatMap(({ file, outer, labels, isApart }) => {
      const isCovered = outer && labels.every((label) => dominates(outer.label, label, this.policy));
      return isCovered && !isApart ? [{ file, outer }] : [];
    });
    // each takes a few round trips and little work
    const some = async (): Promise<void> => {
      for (let next = wanted.shift(); next; next = wanted.shift()) await this.keep(next.file, next.outer);
    };
    await Promise.all(Array.from({ length: KEPT_AT_ONCE }, some));
  }

  private async keep(file: LocalFile, { documentId, version }: NonNullable<FileSoFar['outer']>): Promise<void> {
    try {
      if (await this.originals.keep(documentId, version, file)) this.kept += 1;
    } catch (error) {
      if (!hasCode(error, 'QUOTA_EXCEEDED', 'TOO_LARGE', 'BAD_INPUT', 'NOT_FOUND')) throw error;
      this.problems.push(`${file.path}: the file itself is not kept: ${error.message} (${error.code})`);
    }
  }
}
