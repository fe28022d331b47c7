import { dominates } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import { placesOf } from './documents.js';
import type { KeepOriginals, LocalFile, ReadDocument, WantedFile } from './documents.js';

/** Where the files of an import go. */
export interface KeepingTarget {
  readonly originals: KeepOriginals;
  readonly collectionId: string;
  readonly policy: SecurityPolicy;
  /** Of papers that bring none of their own. */
  readonly defaultLabel: Label;
}

/** The version that a paper is filed as. */
export interface FiledVersion {
  readonly documentId: string;
  readonly versionNumber: number;
}

/** What became so far of the documents of one file, or of one file inside another. */
interface Place {
  readonly file: LocalFile;
  /** By which the file is imported. */
  readonly name: string;
  /** Path of the outermost file. */
  readonly of: string;
  /** Of all its papers. */
  readonly labels: Label[];
  readonly documentIds: string[];
  /** Read, and not yet filed. */
  open: number;
  isRead: boolean;
  outer: { readonly label: Label; readonly documentId: string; readonly version: number } | undefined;
  /** It holds what has no place beside this document: several papers side by side, or what nobody can say the label of. */
  isApart: boolean;
  /** A paper in it was taken by nobody. */
  isRefused: boolean;
}

const NOTHING = { open: 0, isRead: false, outer: undefined, isApart: false, isRefused: false };

/**
 * Lays files beside the documents that were made from them, when all of a file is filed; a file inside another one too, beside its
 * own document. A file that holds several papers side by side belongs to none of them; one that encloses a paper under a higher
 * label would show it to readers of the outer one. Both stay out, and it is only noted that all of them is filed.
 */
export class Keeping {
  private readonly places = new Map<string, Place>();
  kept = 0;
  /** Bytes of files inside others that wait in memory for their documents to be filed. */
  held = 0;
  /** Files that were not taken; whoever tells of one takes it away. */
  readonly problems: (Reason & { readonly path: string })[] = [];

  constructor(private readonly target: KeepingTarget) {}

  begin(file: LocalFile, name: string, of = file.path): void {
    this.places.set(file.path, { file, name, of, labels: [], documentIds: [], ...NOTHING });
    if (file.path !== of) this.held += file.size;
  }

  /** A document was read; `isFiled` says whether it goes to the server. */
  read(document: ReadDocument, isFiled: boolean): void {
    const { file, sourceId, paper, failure, content, twinLabel } = document;
    if (content && isFiled && this.places.has(file)) this.begin(content, sourceId, file);
    for (const place of this.around(document)) {
      if (isFiled) place.open += 1;
      if (paper) place.labels.push(paper.label ?? this.target.defaultLabel);
      if (paper && !isFiled) place.isRefused = true;
      if (failure === 'duplicate' && twinLabel) place.labels.push(twinLabel);
      if (failure === 'duplicate' && !twinLabel) place.isApart = true;
    }
  }

  /** What became of it at the server; undefined where that refused it. */
  filed(document: ReadDocument, filed: FiledVersion | undefined): void {
    const { path, paper } = document;
    if (!paper) return;
    const label = paper.label ?? this.target.defaultLabel;
    for (const place of this.around(document)) {
      place.open -= 1;
      if (filed === undefined) {
        place.isRefused = true;
        continue;
      }
      const { documentId, versionNumber: version } = filed;
      place.documentIds.push(documentId);
      if (path !== place.file.path) continue;
      place.isApart ||= place.outer !== undefined;
      place.outer = { label, documentId, version };
    }
  }

  /** All documents of a file were read. */
  end(path: string): void {
    for (const place of this.places.values()) if (place.of === path) place.isRead = true;
  }

  /** Keeps what is whole. What goes wrong with a file is noted and stops nothing, but where the server is gone. */
  async flush(): Promise<void> {
    const whole = [...this.places.values()].filter(({ isRead, open }) => isRead && open === 0);
    for (const { file, of } of whole) {
      this.places.delete(file.path);
      if (file.path !== of) this.held -= file.size;
    }
    const wanted = whole.flatMap((place) => this.wanted(place));
    const kept = await this.target.originals.keepAll(wanted);
    const lying = new Set(wanted.filter((_, at) => kept[at] === 'kept').map(({ file }) => file.path));
    this.kept += lying.size;
    for (const [at, { file }] of wanted.entries()) {
      const become = kept[at];
      if (typeof become === 'object') this.problems.push({ path: file.path, ...because('NOT_KEPT', become) });
    }
    for (const place of whole) if (!lying.has(place.file.path)) await this.note(place);
  }

  /** The places that a document lies in, from the outermost file to its own. */
  private around(document: ReadDocument): Place[] {
    return placesOf(document).flatMap((path) => this.places.get(path) ?? []);
  }

  private wanted({ file, outer, labels, isApart, isRefused }: Place): WantedFile[] {
    const isCovered = outer && labels.every((label) => dominates(outer.label, label, this.target.policy));
    return isCovered && !isApart && !isRefused ? [{ file, ...outer }] : [];
  }

  /** So that the same file under another name is recognised, though it lies nowhere. */
  private async note({ file, name, of, documentIds, isRefused }: Place): Promise<void> {
    if (file.path !== of || isRefused || documentIds.length === 0) return;
    const { originals, collectionId } = this.target;
    await originals.note(collectionId, { name, sha256: file.sha256 }, documentIds);
  }
}
