import { Injectable } from '@nestjs/common';

import { documentLinks } from '#document';
import type { BlockDocument, DocumentLink } from '#document';
import { dominates } from '#policy';
import type { Label } from '#policy';

import { Refusal } from '../../platform/refusal.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import { Labels } from '../labels.js';
import type { Reader } from '../reading.service.js';
import { requireCount } from '../texts.js';

const MAX_LINKS = 2000;

/** What is to be filed. */
interface Citing {
  readonly label: Label;
  readonly blocks: BlockDocument | null;
}

/** What cites is at least as secret as what it cites, paragraph by paragraph. */
@Injectable()
export class CitationRule {
  constructor(
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
  ) {}

  /** Throws LABEL_TOO_HIGH that names the block. What the author may not read is not there, and so forbids nothing. */
  async require({ label, blocks }: Citing, reader: Reader): Promise<void> {
    const links = blocks ? documentLinks(blocks) : [];
    requireCount('links', links, MAX_LINKS);
    const cited = links.filter(({ blockId }) => blockId !== null);
    if (!blocks || cited.length === 0) return;
    const sources = await this.labelsOf(cited, reader);
    for (const link of cited) {
      const source = sources.get(link);
      const place = blocks.content.findIndex(({ attrs }) => attrs.id === link.from);
      const own = blocks.content[place]?.attrs.label ?? label;
      if (!source || dominates(own, source, reader.policy)) continue;
      const field = `blocks.content.${String(place)}`;
      throw new Refusal('LABEL_TOO_HIGH', 'this paragraph cites one with a label that its own does not cover', {
        field,
      });
    }
  }

  private async labelsOf(links: readonly DocumentLink[], { filter }: Reader): Promise<Map<DocumentLink, Label>> {
    const ids = [...new Set(links.map(({ documentId }) => documentId))];
    const rows = new Map((await this.documents.byIds(ids, filter)).map((row) => [row.id, row]));
    const bodies = await this.documents.blocks([...rows.values()].map(({ versionId }) => versionId));
    const labels = await this.labels.byIds([...rows.values()].map(({ labelId }) => labelId));
    const found = new Map<DocumentLink, Label>();
    for (const link of links) {
      const row = rows.get(link.documentId);
      const label = row && (portionOf(link, row, bodies) ?? labels.get(row.labelId));
      if (label) found.set(link, label);
    }
    return found;
  }
}

function portionOf(
  { blockId }: DocumentLink,
  { versionId }: DocumentRow,
  bodies: ReadonlyMap<string, BlockDocument>,
): Label | null | undefined {
  return bodies.get(versionId)?.content.find(({ attrs }) => attrs.id === blockId)?.attrs.label;
}
