import { attribute, descendants, elements } from '../xml.js';
import type { XmlElement } from '../xml.js';
import { bounded, tidied } from './extraction.js';
import type { Extracted, Tools } from './extraction.js';
import { coreProperties, deepText, embeddedIn, macroNotes, relationships, xmlPart } from './package.js';
import type { ZipArchive } from './zip.js';

const PRESENTATION = 'ppt/presentation.xml';

/** One paragraph of DrawingML; a break is a line of its own. */
function paragraph(element: XmlElement): string {
  const pieces = [...descendants(element, ({ name }) => name === 't' || name === 'br')];
  return pieces.map((piece) => (piece.name === 'br' ? '\n' : deepText(piece))).join('');
}

function paragraphs(root: XmlElement | undefined): string[] {
  if (root === undefined) return [];
  return [...descendants(root, ({ name }) => name === 'p')].map(paragraph).filter((text) => text.trim() !== '');
}

/** Slides in the order in which they are shown; hidden ones are part of the file and so of the text. */
function slideParts(zip: ZipArchive, tools: Tools): string[] {
  const root = xmlPart(zip, PRESENTATION, tools);
  const related = relationships(zip, PRESENTATION, tools);
  const list = root === undefined ? [] : elements(root, 'sldIdLst').flatMap((one) => elements(one, 'sldId'));
  return list.flatMap((slide) => related.get(attribute(slide, 'r:id') ?? '')?.target ?? []);
}

/** Reads a presentation (ECMA-376): every slide with its speaker's notes after it. */
export function readSlides(zip: ZipArchive, tools: Tools): Extracted {
  const blocks = slideParts(zip, tools).flatMap((part) => {
    const notes = [...relationships(zip, part, tools).values()].filter(({ type }) => type === 'notesSlide');
    return [part, ...notes.map(({ target }) => target)].flatMap((name) => paragraphs(xmlPart(zip, name, tools)));
  });
  return {
    metadata: coreProperties(zip, tools),
    text: bounded(tidied(blocks.join('\n\n'))),
    embedded: embeddedIn(zip, (name) => name.startsWith('ppt/embeddings/')),
    notes: macroNotes(zip),
  };
}
