import { genericMinistry } from '#policy';
import type { SecurityPolicy } from '#policy';

import type { PaperDraft, Problem, ReadPaper } from '../draft.js';
import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';
import { attribute, descendants, elements, first, parseXml, XmlError } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { readDocument } from './document.js';
import type { VolumeContext } from './document.js';
import { readNameLists } from './names.js';
import { inlineText } from './text.js';

export interface TeiOptions {
  /** Name of the volume where the file itself does not say, for instance the file's name. */
  readonly name?: string;
  /** The policy that labels are made for; the generic ministry's where absent. */
  readonly policy?: SecurityPolicy;
}

/** A document of a volume, or (without a paper) what could not be read at all. */
export interface TeiDocument {
  readonly documentId: string;
  readonly paper?: PaperDraft;
  readonly problems: readonly Problem[];
}

const TEI_NAMESPACE_ROOT = 'TEI';

function headerText(root: XmlElement, element: string, type: string): string | undefined {
  const header = first(root, 'teiHeader');
  if (header === undefined) return undefined;
  const found = [...descendants(header, ({ name }) => name === element)].find((one) => attribute(one, 'type') === type);
  const text = found === undefined ? '' : inlineText(found);
  return text === '' ? undefined : text;
}

function contextOf(root: XmlElement, options: TeiOptions): VolumeContext {
  const title = headerText(root, 'title', 'complete') ?? headerText(root, 'title', 'main');
  const text = first(root, 'text');
  const language = attribute(root, 'xml:lang') ?? (text === undefined ? undefined : attribute(text, 'xml:lang'));
  return {
    id: headerText(root, 'idno', 'frus') ?? attribute(root, 'xml:id') ?? options.name ?? 'volume',
    lists: readNameLists(root),
    policy: options.policy ?? genericMinistry,
    sections: [],
    ...(title === undefined ? {} : { title }),
    ...(language === undefined ? {} : { language }),
  };
}

const isDocument = (element: XmlElement): boolean =>
  element.name === 'div' && attribute(element, 'type') === 'document';

function sectionOf(element: XmlElement): string[] {
  const head = element.name === 'div' ? elements(element, 'head')[0] : undefined;
  const text = head === undefined ? '' : inlineText(head);
  return text === '' ? [] : [text];
}

function attempt(document: XmlElement, context: VolumeContext): TeiDocument {
  const ownId = attribute(document, 'xml:id') ?? attribute(document, 'n');
  if (ownId === undefined) return unreadable(context.id, because('DOCUMENT_NAMELESS'));
  const documentId = `${context.id}#${ownId}`;
  try {
    const read: ReadPaper = readDocument(document, documentId, context);
    return { documentId, ...read };
  } catch (error) {
    // our own fault: its message could quote the file
    return unreadable(documentId, error instanceof XmlError ? error.because : because('UNREADABLE'));
  }
}

const unreadable = (documentId: string, reason: Reason): TeiDocument => ({
  documentId,
  problems: [{ documentId, ...reason }],
});

function* documentsIn(parent: XmlElement, context: VolumeContext): Generator<TeiDocument> {
  for (const child of elements(parent)) {
    if (isDocument(child)) yield attempt(child, context);
    else yield* documentsIn(child, { ...context, sections: [...context.sections, ...sectionOf(child)] });
  }
}

/**
 * Reads the documents of a TEI P5 volume (Foreign Relations of the United States, older and today's encoding), one after the
 * other. What cannot be read is yielded as a problem; the rest goes on.
 * @throws XmlError where the file is not XML or not TEI
 */
export function* readTei(xml: string, options: TeiOptions = {}): Generator<TeiDocument> {
  const root = parseXml(xml);
  const context = contextOf(root, options);
  if (root.name !== TEI_NAMESPACE_ROOT && root.name !== 'teiCorpus') {
    yield unreadable(options.name ?? context.id, because('NOT_TEI', { root: root.name }));
    return;
  }
  yield* documentsIn(root, context);
}
