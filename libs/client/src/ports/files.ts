/** A file that is to be sent. Errors are ChanceryErrors: FILE_UNREADABLE. */
export interface Source {
  /** Without folders. */
  readonly name: string;
  /** Media type, as far as the platform knows it. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** Another text whenever the file has changed. */
  readonly version: string;
  /** Exactly so many bytes from a position. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A file that is being received. Nobody takes it for the real one before `finish`. */
export interface Target {
  /** Bytes that an earlier attempt has left. */
  readonly size: number;
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>;
  /**
   * Cuts the file to its size and gives it its name, or one like it: nothing is ever replaced. Returns where it is; the same when it is asked
   * again after a crash, until `settle`.
   */
  finish(size: number, name: string): Promise<string>;
  /** Once the transfer is forgotten: removes what a platform keeps of a finished file beside it. */
  settle?(): Promise<void>;
  /** Removes what was written. */
  discard(): Promise<void>;
  /** Keeps what was written for the next attempt. */
  close(): Promise<void>;
}

/** The files that a vault still speaks of; whatever else a platform keeps for it is of no use to anybody. */
export interface NamedFiles {
  /** Of drafts, and of files on their way to the server. */
  readonly references: readonly string[];
  /** Transfers whose unfinished files are gone on with, see `Files.receive`. */
  readonly receiving: readonly string[];
}

/** The platform's files, by references that mean the same after a restart of the program. */
export interface Files {
  /** @throws ChanceryError FILE_UNREADABLE */
  open(reference: string): Promise<Source>;
  /** A file that was sent, or will not be, is needed no more: a platform that keeps a copy of its own removes it. */
  forget?(reference: string): Promise<void>;
  /**
   * Removes what an earlier run of the program has left and nothing names, for instance because the program died while it took a file in; for
   * a platform that keeps copies of its own. What this run has taken in stays: it may be about to be named.
   */
  clear?(named: NamedFiles): Promise<void>;
  /** The unfinished file of a transfer in a folder, made when it is missing. @throws ChanceryError FILE_UNREADABLE, DISK_FULL */
  receive(folder: string, transferId: string): Promise<Target>;
}
