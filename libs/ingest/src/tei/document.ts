import { detectLanguage } from '#text';
import type { SecurityPolicy } from '#policy';

import { readCable } from '../cable.js';
import type { Attachment, Field, PaperDraft, Problem, ReadPaper } from '../draft.js';
import { present } from '../draft.js';
import { kindFromWords, UNKNOWN_KIND } from '../kinds.js';
import { labelFromWords } from '../labels.js';
import { markingsOfNote, mergeMarkings } from '../markings.js';
import type { Markings } from '../markings.js';
import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import { attribute, descendants, elements } from '../xml.js';
import type { XmlElement, XmlNode } from '../xml.js';
import { readDateline } from './dateline.js';
import { readHeading } from './head.js';
import type { Heading } from './head.js';
import { personsOf, termsOf, unresolved } from './names.js';
import type { NameLists } from './names.js';
import { readNotes } from './notes.js';
import type { Notes } from './notes.js';
import { readOpeners } from './opener.js';
import type { Opener } from './opener.js';
import { partiesOf } from './parties.js';
import { blocksOf, inlineText } from './text.js';

/** What a document's volume says for all of its documents. */
export interface VolumeContext {
  readonly id: string;
  readonly title?: string;
  readonly language?: string;
  readonly lists: NameLists;
  readonly policy: SecurityPolicy;
  /** Headings of the chapters that the document stands in, the outermost first. */
  readonly sections: readonly string[];
}

const EMPTY_HEADING: Heading = { text: '', marks: [] };
const NOT_BODY = new Set(['head', 'opener', 'dateline', 'attachment', 'note']);

/** What is text of the document itself: not its heading, not what stands over it, not its enclosures. */
function bodyNodes(parent: XmlElement, opener: Opener): XmlNode[] {
  const own = parent.children.filter((child) => typeof child === 'string' || !NOT_BODY.has(child.name));
  return [...opener.rest, ...own];
}

function attachmentOf(element: XmlElement, at: number): Attachment {
  const head = elements(element, 'head')[0];
  const opener = readOpeners(element);
  const title = head === undefined ? '' : readHeading(head).text;
  const dateline = [...descendants(element, ({ name }) => name === 'dateline')][0];
  const blocks = blocksOf(bodyNodes(element, opener));
  const name = /^\[(.*)\]$/u.exec(blocks[0] ?? '')?.[1];
  const dateText = dateline === undefined ? '' : inlineText(dateline);
  return { title: title || (name ?? `Attachment ${at + 1}`), body: blocks.join('\n\n'), ...present({ dateText }) };
}

/** Words of the heading that name the kind: what stands before the parties, without a cable's number. */
function kindWords(heading: Heading, sourceNote: string | undefined): { words: string; number?: string } {
  const lead = /^(.*?)(?:,?\s+(?:[Ff]rom|Between|by|to|Prepared|Approved)\s|,\s|$)/u.exec(heading.text)?.[1] ?? '';
  const numbered = /^(.*?)\s+(?:No\.\s*|Number\s+)?((?:[A-Z]{2,6}\s)?(?:[A-Z]+[–/-])*\d[\w./–-]*(?:\s\d+)?)$/u.exec(
    lead,
  );
  if (numbered?.[1] !== undefined && numbered[2] !== undefined) return { words: numbered[1], number: numbered[2] };
  const addressed = /^(?:The|Mr\.|Mrs\.|Miss|Sir)\s/u.test(heading.text);
  if (!addressed) return { words: lead };
  const ofFile = /:\s+((?:Circular\s+)?(?:Telegram|Airgram|Despatch|Instruction|Letter|Note))\.?$/iu.exec(
    sourceNote ?? '',
  )?.[1];
  return { words: ofFile ?? 'Letter' };
}

const listed = (document: XmlElement, type: string): string =>
  elements(document, 'list')
    .filter((list) => attribute(list, 'type') === type)
    .flatMap((list) => elements(list, 'item').map(inlineText))
    .join('; ');

function draftedBy(sourceNote: string): string {
  return /\b(?:Drafted|Prepared) (?:by|in|on) [^;]*?(?=[;.](?:\s|$))/u.exec(sourceNote)?.[0] ?? '';
}

function fieldsOf(
  document: XmlElement,
  context: VolumeContext,
  blocks: readonly string[],
  number: string,
  sourceNote: string,
): Field[] {
  const cable = readCable(blocks);
  const values: Record<string, string> = {
    'cable-number': number,
    subject: listed(document, 'subject') || (cable.subject ?? ''),
    participants: listed(document, 'participants'),
    drafted: draftedBy(sourceNote),
    'date-time-group': cable.dateTimeGroup ?? '',
    'cable-from': cable.from ?? '',
    'cable-to': cable.to.join('; '),
    'cable-info': cable.info.join('; '),
    'executive-order': cable.executiveOrder ?? '',
    tags: cable.tags.join(', '),
    references: cable.references ?? '',
    volume: context.title ?? '',
    section: context.sections.join(' / '),
  };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
}

function markingsOf(notes: Notes, opener: Opener): Markings {
  return mergeMarkings(opener.markings, notes.source === undefined ? { handling: [] } : markingsOfNote(notes.source));
}

function sourceOf(notes: Notes, opener: Opener): string | undefined {
  const parts = [opener.file, notes.source].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join('. ');
}

/** Reads one document of a volume. `id` is its global name; problems name what could not be read. */
export function readDocument(document: XmlElement, id: string, context: VolumeContext): ReadPaper {
  const head = elements(document, 'head')[0];
  const heading = head === undefined ? EMPTY_HEADING : readHeading(head);
  const notes = readNotes(document, head);
  const opener = readOpeners(document);
  const blocks = blocksOf(bodyNodes(document, opener));
  const markings = markingsOf(notes, opener);
  const kind = kindWords(heading, notes.source);
  const { classification } = markings;
  const number = attribute(document, 'n') ?? heading.number;
  const paper: PaperDraft = {
    sourceId: id,
    kind: kindFromWords(kind.words) ?? UNKNOWN_KIND,
    title: heading.text || (blocks[0] ?? '').slice(0, 120),
    language: languageOf(document, context, blocks),
    ...readDateline(document, head, heading),
    ...partiesOf(heading),
    ...present({ number, kindWord: kind.words, classification, precedence: markings.precedence }),
    handling: markings.handling,
    ...present({
      label:
        classification === undefined ? undefined : labelFromWords(classification, markings.handling, context.policy),
    }),
    ...present({ sourceNote: sourceOf(notes, opener), summary: notes.summary }),
    topics: readCable(blocks).tags,
    countries: [],
    fields: fieldsOf(document, context, blocks, kind.number ?? '', notes.source ?? ''),
    persons: personsOf(document, context.lists),
    terms: termsOf(document, context.lists),
    footnotes: notes.footnotes,
    attachments: [...descendants(document, ({ name }) => name === 'attachment')].map(attachmentOf),
    body: blocks.join('\n\n'),
  };
  return { paper, problems: problemsOf(paper, head, document, context.lists) };
}

function languageOf(document: XmlElement, context: VolumeContext, blocks: readonly string[]): string {
  const stated = attribute(document, 'xml:lang') ?? context.language;
  return stated ?? (detectLanguage(blocks.join('\n')) || 'und');
}

function problemsOf(
  paper: PaperDraft,
  head: XmlElement | undefined,
  document: XmlElement,
  lists: NameLists,
): Problem[] {
  const { classification } = paper;
  const reasons: Reason[] = [];
  if (head === undefined || inlineText(head) === '') reasons.push(because('NO_HEADING'));
  if (paper.body === '' && paper.attachments.length === 0) reasons.push(because('DOCUMENT_EMPTY'));
  if (paper.sourceNote !== undefined && classification === undefined) reasons.push(because('NO_CLASSIFICATION'));
  if (classification !== undefined && paper.label === undefined)
    reasons.push(because('LEVEL_UNKNOWN', { classification }));
  for (const id of unresolved(document, lists)) reasons.push(because('NAME_UNLISTED', { id }));
  return reasons.map((reason) => ({ documentId: paper.sourceId, ...reason }));
}
