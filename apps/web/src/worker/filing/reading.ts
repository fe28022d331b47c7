import type { FileDocument } from '#ingest';
import type { SecurityPolicy } from '#policy';

/** To the worker that reads foreign files: one file, and what labels mean. */
export interface ReadRequest {
  /** Stable: the same file has it wherever its folder lies. */
  readonly name: string;
  readonly volume: string;
  readonly policy: SecurityPolicy;
  readonly bytes: Uint8Array;
  /** Whether what lies inside comes along with its papers. */
  readonly contents: boolean;
}

/** From it: the documents one by one, then the end. */
export type ReadAnswer = { readonly document: FileDocument } | { readonly done: true };
