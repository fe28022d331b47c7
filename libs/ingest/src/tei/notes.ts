import type { Footnote } from '../draft.js';
import { attribute, descendants, elements } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { markingsOfNote } from '../markings.js';
import { blocksOf, inlineText } from './text.js';

/** What the notes of a document say: where it comes from, what it is about, and everything else as footnotes. */
export interface Notes {
  readonly source?: string;
  readonly summary?: string;
  readonly footnotes: readonly Footnote[];
}

type Part = 'source' | 'summary';

const isNote = ({ name }: XmlElement): boolean => name === 'note';
const partOf = (element: XmlElement): Part | undefined => {
  const type = attribute(element, 'type');
  return type === 'source' || type === 'summary' ? type : undefined;
};

/** Segments of a note that are source or summary (today's encoding), whatever the note itself is called. */
function segments(note: XmlElement): { part: Part; text: string }[] {
  const found = [...descendants(note, ({ name }) => name === 'seg')];
  return found.flatMap((segment) => {
    const part = partOf(segment);
    return part === undefined ? [] : [{ part, text: inlineText(segment) }];
  });
}

const noteText = (note: XmlElement): string => blocksOf(note.children).join('\n');

/** A note of the heading that names archive and markings, though nothing says that it is the source note. */
function isUnmarkedSource(note: XmlElement): boolean {
  const text = inlineText(note);
  return (
    text.startsWith('Source:') ||
    (/\b(?:Library|Archives?|Files?|Records)\b/u.test(text) && markingsOfNote(text).classification !== undefined)
  );
}

/** `[Source: Johnson Library … 1 page of source text not declassified.]`, which stands for a paper that is not printed. */
function bracketedSource(document: XmlElement): string | undefined {
  for (const paragraph of elements(document, 'p')) {
    const match = /^\[(Source:.*)\]$/su.exec(inlineText(paragraph));
    if (match?.[1] !== undefined) return match[1];
  }
  return undefined;
}

function footnote(note: XmlElement, at: number): Footnote {
  const mark = attribute(note, 'n') ?? String(at + 1);
  const id = attribute(note, 'xml:id') ?? attribute(note, 'target') ?? `note-${at + 1}`;
  return { id, mark, text: noteText(note) };
}

class NoteReader {
  private readonly parts: Record<Part, string[]> = { source: [], summary: [] };
  private readonly footnotes: Footnote[] = [];

  constructor(
    private readonly document: XmlElement,
    private readonly head: XmlElement | undefined,
  ) {}

  read(): Notes {
    const all = [...descendants(this.document, isNote, isNote)];
    const ofHead = this.head === undefined ? [] : [...descendants(this.head, isNote, isNote)];
    const marked = all.some(
      (note) => partOf(note) === 'source' || segments(note).some(({ part }) => part === 'source'),
    );
    const unmarked = marked ? undefined : ofHead.find(isUnmarkedSource);
    for (const note of all) this.take(note, note === unmarked);
    if (!marked && unmarked === undefined) this.addPart('source', bracketedSource(this.document) ?? '');
    return this.result();
  }

  private take(note: XmlElement, unmarkedSource: boolean): void {
    const part = unmarkedSource ? 'source' : partOf(note);
    const found = segments(note);
    if (found.length > 0) for (const { part: of, text } of found) this.addPart(of, text);
    else if (part !== undefined) this.addPart(part, noteText(note));
    else this.footnotes.push(footnote(note, this.footnotes.length));
  }

  private addPart(part: Part, text: string): void {
    const plain = text.trim();
    if (plain !== '') this.parts[part].push(plain);
  }

  private result(): Notes {
    const source = this.parts.source.join('\n');
    const summary = this.parts.summary.join('\n');
    return {
      footnotes: this.footnotes,
      ...(source === '' ? {} : { source }),
      ...(summary === '' ? {} : { summary }),
    };
  }
}

/** Sorts the notes of a document, those of its enclosures included. */
export function readNotes(document: XmlElement, head: XmlElement | undefined): Notes {
  return new NoteReader(document, head).read();
}
