import { strToU8, zipSync } from 'fflate';

import type { Publication } from '../paper.js';
import { BodyWriter, References } from './body.js';
import {
  CONTENT_TYPES,
  corePart,
  documentPart,
  documentRelations,
  footerPart,
  footnotesPart,
  headerPart,
  PACKAGE_RELATIONS,
  stylesPart,
} from './parts.js';

/** A paper as a Word document: its marking above and below, and who took it out at the foot, on every page. */
export function paperDocx(publication: Publication): Uint8Array {
  const references = new References(publication);
  const body = new BodyWriter(publication, references).all();
  const parts = {
    '[Content_Types].xml': CONTENT_TYPES,
    '_rels/.rels': PACKAGE_RELATIONS,
    'docProps/core.xml': corePart(publication),
    'word/document.xml': documentPart(publication, body),
    'word/_rels/document.xml.rels': documentRelations(references.links),
    'word/styles.xml': stylesPart(),
    'word/footnotes.xml': footnotesPart(publication.paper.footnotes),
    'word/header.xml': headerPart(publication),
    'word/footer.xml': footerPart(publication),
  };
  const bytes = Object.entries(parts).map(([name, text]) => [name, strToU8(text)] as const);
  return zipSync(Object.fromEntries(bytes), { mtime: publication.stamp.at });
}
