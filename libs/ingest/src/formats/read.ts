import type { PaperDraft, Problem, ReadPaper } from '../draft.js';
import { readMarkdown } from '../markdown.js';
import type { FileOptions } from '../markdown.js';
import { readPlainText } from '../plainText.js';
import { because } from '../reasons.js';
import type { Reason, ReasonCode } from '../reasons.js';
import { readTei } from '../tei/volume.js';
import { XmlError } from '../xml.js';
import { ExtractionError, LIMITS } from './extraction.js';
import type { EmbeddedFile, Extracted, FailureKind, Tools } from './extraction.js';
import { readHtml } from './html.js';
import { readMail } from './mail.js';
import { readOldWord } from './oldWord.js';
import { readOpenDocument } from './openDocument.js';
import { unwrapped } from './oleObject.js';
import { readOutlook } from './outlook.js';
import { paperOf } from './paper.js';
import { readPdf } from './pdf.js';
import { readPicture } from './pictureFile.js';
import { readRtf } from './rtf.js';
import { readSlides } from './slides.js';
import { sniff } from './sniff.js';
import type { Sniffed } from './sniff.js';
import { readSpreadsheet } from './spreadsheet.js';
import { readWord } from './word.js';

/** One document of a file: a paper, or why there is none. */
export interface FileDocument {
  readonly sourceId: string;
  /** Names from the file inwards, for a file inside it; empty for the file itself. */
  readonly inside: readonly string[];
  /** Hash of the content of a file inside another one; who hands a file over has that one's. */
  readonly digest?: string;
  /** That content, where it was asked for and a paper was made from it, on the first document. */
  readonly content?: Uint8Array;
  readonly paper?: PaperDraft;
  readonly failure?: FailureKind;
  readonly problems: readonly Problem[];
}

export interface ReadOptions extends FileOptions {
  /** File name without its folder and ending, by which the documents of a volume are named. */
  readonly volume: string;
  /** Whether the contents of files inside come with their documents. */
  readonly contents?: boolean;
}

interface Place {
  readonly name: string;
  readonly inside: readonly string[];
  readonly volume: string;
  /** Whether it is a file of its own inside another one. */
  readonly isFile: boolean;
  /** The paper that it lies in. */
  readonly outer?: PaperDraft;
}

/** What bears no marking has that of the paper which it was enclosed in: alone it must not come in under less. */
function marked(paper: PaperDraft, outer: PaperDraft | undefined): PaperDraft {
  if (outer?.classification === undefined || paper.classification !== undefined) return paper;
  const { classification, label, handling } = outer;
  return { ...paper, classification, ...(label === undefined ? {} : { label }), handling };
}

async function extractedFrom(sniffed: Sniffed, bytes: Uint8Array, tools: Tools): Promise<Extracted> {
  switch (sniffed.format) {
    case 'pdf':
      return readPdf(bytes, tools);
    case 'rtf':
      return readRtf(bytes, tools);
    case 'eml':
      return readMail(bytes);
    case 'html':
      return readHtml(bytes, tools);
    case 'picture':
      return readPicture(bytes, tools);
    case 'docx':
      return readWord(sniffed.zip, tools);
    case 'pptx':
      return readSlides(sniffed.zip, tools);
    case 'xlsx':
      return readSpreadsheet(sniffed.zip, tools);
    case 'odf':
      return readOpenDocument(sniffed.zip, tools);
    case 'doc':
      return readOldWord(sniffed.root, tools);
    case 'msg':
      return readOutlook(sniffed.root, tools);
    default:
      throw new ExtractionError('unsupported', because('FORMAT_UNKNOWN', { detail: 'no container' }));
  }
}

/** Reads one file and the files inside it, one after the other, the outer one first. */
class FileReading {
  private embedded = 0;
  /** Bytes of files inside that may still come along. */
  private room: number = LIMITS.contentBytes;

  constructor(
    private readonly options: ReadOptions,
    private readonly tools: Tools,
  ) {}

  async *file(bytes: Uint8Array, place: Place): AsyncGenerator<FileDocument> {
    let content = place.isFile && this.options.contents === true ? bytes : undefined;
    for await (const document of this.documents(bytes, place)) {
      yield content === undefined ? document : this.withContent(document, content);
      content = undefined;
    }
  }

  /** A file inside comes along where a paper was made from it: there is nothing else to lay it beside. */
  private withContent(document: FileDocument, content: Uint8Array): FileDocument {
    if (document.paper === undefined) return document;
    if (content.length > this.room) {
      const problem = { documentId: document.sourceId, ...because('INSIDE_TOO_LARGE') };
      return { ...document, problems: [...document.problems, problem] };
    }
    this.room -= content.length;
    return { ...document, content };
  }

  private async *documents(bytes: Uint8Array, place: Place): AsyncGenerator<FileDocument> {
    const digest = place.inside.length === 0 ? {} : { digest: this.tools.digest(bytes) };
    try {
      const sniffed = sniff(bytes, place.name, this.tools);
      if (sniffed.format === 'tei' || sniffed.format === 'markdown' || sniffed.format === 'text') {
        yield* this.text(sniffed, place, digest);
        return;
      }
      const extracted = await extractedFrom(sniffed, bytes, this.tools);
      if (sniffed.format === 'picture' && extracted.text === '' && place.inside.length > 0)
        throw new ExtractionError('unsupported', because('PICTURE_EMPTY', { detail: 'a picture without text' }));
      const isMail = sniffed.format === 'eml' || sniffed.format === 'msg';
      const document = this.paper(extracted, place, isMail);
      yield { ...document, ...digest };
      yield* this.inner(extracted.embedded ?? [], place, document.paper);
    } catch (error) {
      yield { ...failed(error, place), ...digest };
    }
  }

  private paper(extracted: Extracted, { name, inside, outer }: Place, isMail: boolean): FileDocument & ReadPaper {
    const { paper, problems } = paperOf(extracted, { ...this.options, name }, isMail);
    return { sourceId: paper.sourceId, inside, paper: marked(paper, outer), problems };
  }

  private *text(
    { format, text }: Extract<Sniffed, { text: string }>,
    { name, inside, volume, outer }: Place,
    digest: { digest?: string },
  ): Generator<FileDocument> {
    const { policy } = this.options;
    if (format === 'tei') {
      const options = { name: volume, ...(policy === undefined ? {} : { policy }) };
      for (const { documentId: sourceId, paper, problems } of readTei(text, options))
        yield { sourceId, inside, problems, ...(paper === undefined ? {} : { paper: marked(paper, outer) }) };
      return;
    }
    const options = { ...this.options, name };
    const read: ReadPaper = format === 'text' ? readPlainText(text, options) : readMarkdown(text, options);
    // what lies inside another file is not trusted to name itself: it could take another paper's place
    const paper = inside.length === 0 ? read.paper : { ...marked(read.paper, outer), sourceId: name };
    yield { ...digest, sourceId: paper.sourceId, inside, problems: read.problems, paper };
  }

  private async *inner(files: readonly EmbeddedFile[], around: Place, outer: PaperDraft): AsyncGenerator<FileDocument> {
    const used = new Set<string>();
    for (const wrapped of files) {
      const file = unwrapped(wrapped, this.tools);
      const title = distinct(file.name.replace(/[\p{Cc}/\\#]+/gu, '_').slice(0, 200) || 'file', used);
      const place = {
        name: `${around.name}#${title}`,
        inside: [...around.inside, title],
        volume: `${around.volume}#${title}`,
        isFile: 'bytes' in file && file.isMade !== true,
        outer,
      };
      this.embedded += 1;
      if (place.inside.length > LIMITS.nesting || this.embedded > LIMITS.embeddedFiles) {
        yield failed(new ExtractionError('refused', because('INSIDE_TOO_MANY')), place);
        return;
      }
      if ('bytes' in file) yield* this.file(file.bytes, place);
      else {
        const document = this.paper(file.document, place, true);
        yield document;
        yield* this.inner(file.document.embedded ?? [], place, document.paper);
      }
    }
  }
}

/** Two files of one name inside the same file are told apart by a number. */
function distinct(name: string, used: Set<string>): string {
  let title = name;
  for (let n = 2; used.has(title); n += 1) title = `${name} (${n})`;
  used.add(title);
  return title;
}

/** Of a file that is whole, and taken by nobody. */
const REFUSED_XML: readonly ReasonCode[] = ['ENTITIES', 'TOO_DEEP'];

function failed(error: unknown, { name, inside }: Place): FileDocument {
  const about = { sourceId: name, inside };
  const problem = (reason: Reason): Problem[] => [{ documentId: name, ...reason }];
  if (error instanceof ExtractionError) return { ...about, failure: error.kind, problems: problem(error.because) };
  if (error instanceof XmlError) {
    const failure = REFUSED_XML.includes(error.because.code) ? 'refused' : 'corrupt';
    return { ...about, failure, problems: problem(error.because) };
  }
  // a library's own message can quote the file
  return { ...about, failure: 'corrupt', problems: problem(because('UNREADABLE')) };
}

/**
 * Reads a file of any format that is taken: its documents one by one, then what is inside it. Never throws: what cannot be
 * read comes as a failure with its reason. Whoever calls it limits time and memory.
 */
export function readDocumentFile(bytes: Uint8Array, options: ReadOptions, tools: Tools): AsyncGenerator<FileDocument> {
  return new FileReading(options, tools).file(bytes, {
    name: options.name,
    inside: [],
    volume: options.volume,
    isFile: false,
  });
}
