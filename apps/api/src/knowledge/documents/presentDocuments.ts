import { Injectable } from '@nestjs/common';

import { DocumentsService } from './documents.service.js';
import type { Document } from './documents.types.js';
import { Labels } from '../labels.js';
import { presentDocument } from './presentDocument.js';
import type { Reader } from '../reading.service.js';

/** Documents that other features name by their ids, as the API shows them. */
@Injectable()
export class PresentDocuments {
  constructor(
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
  ) {}

  /** Those of the documents that the reader may read, in the order of the ids. */
  async byIds(ids: readonly string[], reader: Reader): Promise<Document[]> {
    const rows = new Map((await this.documents.byIds(ids, reader.filter)).map((row) => [row.id, row]));
    const labels = await this.labels.byIds([...rows.values()].map(({ labelId }) => labelId));
    return ids.flatMap((id) => {
      const row = rows.get(id);
      const label = row && labels.get(row.labelId);
      return label ? [presentDocument(row, label, reader)] : [];
    });
  }
}
