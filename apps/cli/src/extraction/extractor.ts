import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

import { because, LIMITS } from '#ingest';
import type { FileDocument, Reason } from '#ingest';
import type { SecurityPolicy } from '#policy';

import { packagePath } from '../root.js';
import { confinedArguments, EXTRACTION_LIMITS } from './confinement.js';
import type { ExtractionLimits } from './confinement.js';
import { lines, TooLong } from './lines.js';
import { MemoryWatch } from './memory.js';
import type { MemoryPeaks } from './memory.js';
import { answerSchema, PIECE_HEADER } from './protocol.js';

/** A file that is to be read, as a stream of its bytes. */
export interface ExtractionRequest {
  /** Stable name, by which its paper is known. */
  readonly name: string;
  /** Name without folder and ending, by which the documents of a volume are known. */
  readonly volume: string;
  readonly policy: SecurityPolicy;
  readonly content: AsyncIterable<Uint8Array>;
  /** Whether the bytes of files inside come with what was read of them; default: no. */
  readonly contents?: boolean;
}

const DIST = process.env['CHANCERY_DIST'] ?? packagePath('dist');
const WORKER = `${DIST}/apps/cli/src/extraction/worker.js`;
const MEMORY_CHECK_MS = 50;
/** Starting is no part of a file's time; on a busy machine it takes a while. */
const START_MS = 60_000;
/** A worker that has grown to this share of its memory is replaced when it has read its file. */
const REPLACE_SHARE = 0.7;

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Answer = ReturnType<typeof answerSchema.parse>;

const BEYOND = {
  memory: because('TOO_MUCH_MEMORY'),
  time: because('TOO_SLOW'),
  output: because('TOO_MUCH_OUTPUT'),
} as const;

/** The worker has ended, or was ended, before it had read the file. */
class WorkerLost extends Error {
  constructor(readonly because: Reason) {
    super(because.reason);
  }
}

/** A request as it goes over the stream: its head, the content in pieces, an empty piece. */
async function* framesOf(
  { content, contents = false, ...head }: ExtractionRequest,
  ocr: readonly string[],
): AsyncGenerator<Buffer> {
  yield framed(Buffer.from(JSON.stringify({ ...head, contents, ocr })));
  for await (const bytes of content) if (bytes.length > 0) yield framed(bytes);
  yield framed(new Uint8Array());
}

function framed(bytes: Uint8Array): Buffer {
  const header = Buffer.alloc(PIECE_HEADER);
  header.writeUInt32BE(bytes.length);
  return Buffer.concat([header, bytes]);
}

/** Until a stream takes more, or is closed. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
}

/** One process that reads files, one after the other. */
class Worker {
  readonly child: Child;
  private readonly answers: AsyncGenerator<string>;
  private endedFor: keyof typeof BEYOND | undefined;
  filesRead = 0;

  constructor(
    limits: ExtractionLimits,
    private readonly ocr: readonly string[],
  ) {
    this.child = spawn(process.execPath, confinedArguments(WORKER, DIST, limits), {
      env: {},
      cwd: packagePath(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    // a worker that dies while it is written to is noticed by the end of its answers
    this.child.stdin.on('error', () => undefined);
    this.child.on('error', () => undefined);
    this.answers = lines(this.child.stdout, limits.answerBytes);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  end(reason?: keyof typeof BEYOND): void {
    this.endedFor ??= reason;
    this.child.kill('SIGKILL');
  }

  /**
   * The next answer, within the time that is left.
   * @throws WorkerLost with the reason
   */
  async next(milliseconds: number): Promise<{ answer: Answer; size: number }> {
    const timer = setTimeout(() => {
      this.end('time');
    }, milliseconds);
    try {
      const { value } = (await this.answers.next()) as { value: string | undefined };
      if (value === undefined) throw new WorkerLost(await this.reasonOfEnd());
      return { answer: answerSchema.parse(JSON.parse(value)), size: value.length };
    } catch (error) {
      this.end(error instanceof TooLong ? 'output' : undefined);
      if (error instanceof WorkerLost) throw error;
      throw new WorkerLost(await this.reasonOfEnd());
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws the error of the content, where it cannot be read to its end; the worker ends then */
  async send(request: ExtractionRequest): Promise<void> {
    const { stdin } = this.child;
    try {
      for await (const frame of framesOf(request, this.ocr)) {
        if (stdin.destroyed) return;
        if (!stdin.write(frame)) await drained(stdin);
      }
    } catch (error) {
      this.end();
      throw error;
    }
  }

  private async reasonOfEnd(): Promise<Reason> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) await once(child, 'exit');
    if (this.endedFor !== undefined) return BEYOND[this.endedFor];
    // node ends itself like this when its heap is full
    return child.signalCode === 'SIGABRT' || child.exitCode === 134 ? BEYOND.memory : because('READER_LOST');
  }
}

/**
 * Reads files in a process of its own that can do nothing but that: it is given a file's bytes and answers with documents.
 * One process reads many files; it is killed when one file costs more than the limits, and the next file gets a new one.
 */
export class Extractor {
  private worker: Worker | undefined;
  private readonly watch = new MemoryWatch();

  /** @param ocr - languages in which pages without text are read from their pictures */
  constructor(
    private readonly limits: ExtractionLimits = EXTRACTION_LIMITS,
    private readonly ocr: readonly string[] = [],
  ) {}

  /** The most memory that this process and the worker have taken. */
  get memory(): MemoryPeaks {
    this.watch.look(undefined);
    return this.watch.peaks;
  }

  /**
   * The documents of one file; never throws but where its content cannot be read from disk: whatever goes wrong in the
   * worker comes as the last document, refused with the reason.
   */
  async *read(request: ExtractionRequest): AsyncGenerator<FileDocument> {
    const checks = setInterval(() => {
      this.checkMemory();
    }, MEMORY_CHECK_MS);
    let whole = false;
    try {
      yield* this.answers(request);
      whole = true;
    } catch (error) {
      if (!(error instanceof WorkerLost)) throw error;
      const { name } = request;
      const problems = [{ documentId: name, ...error.because }];
      yield { sourceId: name, inside: [], failure: 'refused', problems };
    } finally {
      clearInterval(checks);
      if (!whole || this.isSpent()) this.close();
    }
  }

  /** Ends the worker. The extractor can be used again. */
  close(): void {
    this.worker?.end();
    this.worker = undefined;
  }

  private async *answers(request: ExtractionRequest): AsyncGenerator<FileDocument> {
    const worker = await this.ready();
    const { milliseconds, outputBytes } = this.limits;
    const budget = { milliseconds, bytes: outputBytes, contents: LIMITS.contentBytes };
    const sent = worker.send(request);
    // waited for below; until then its error is nobody's
    sent.catch(() => undefined);
    let pieces: Buffer[] = [];
    for (;;) {
      const started = performance.now();
      const { answer, size } = await worker.next(budget.milliseconds).catch(async (error: unknown) => {
        await sent;
        throw error;
      });
      budget.milliseconds -= performance.now() - started;
      if (answer.type === 'piece') {
        const piece = Buffer.from(answer.base64, 'base64');
        budget.contents -= piece.length;
        pieces.push(piece);
      } else budget.bytes -= size;
      if (Math.min(budget.bytes, budget.contents) < 0) throw new WorkerLost(BEYOND.output);
      if (answer.type === 'document') {
        yield {
          ...(answer.document as FileDocument),
          ...(pieces.length > 0 ? { content: Buffer.concat(pieces) } : {}),
        };
        pieces = [];
      }
      if (answer.type === 'done') break;
    }
    await sent;
    worker.filesRead += 1;
  }

  private async ready(): Promise<Worker> {
    if (this.worker !== undefined) return this.worker;
    const worker = new Worker(this.limits, this.ocr);
    this.worker = worker;
    await worker.next(START_MS);
    return worker;
  }

  private checkMemory(): void {
    const { worker } = this;
    if (worker !== undefined && this.watch.look(worker.pid) > this.limits.memoryBytes) worker.end('memory');
  }

  private isSpent(): boolean {
    const { worker } = this;
    if (worker === undefined) return false;
    return (
      worker.filesRead >= this.limits.files || this.watch.look(worker.pid) > REPLACE_SHARE * this.limits.memoryBytes
    );
  }
}
