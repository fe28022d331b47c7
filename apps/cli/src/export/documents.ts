import { ChanceryError } from '#client';
import type { Client } from '#client';
import { ExportDocumentsDocument } from '#contracts';
import type { ExportDocumentsMutation, ExportInput } from '#contracts';
import { exporterOf } from '#publish';
import type { ExportedDocument, Exporter } from '#publish';

const PAGE = 10;

/** A document that goes out, with whose export it is. */
export interface Outgoing {
  readonly document: ExportedDocument;
  readonly exporter: Exporter;
}

/** Takes out documents by their ids. @throws ChanceryError NOT_FOUND for one that the reader may not read, like for none */
export async function* exportDocuments(client: Client, documentIds: readonly string[]): AsyncGenerator<Outgoing> {
  let exporter: Exporter | undefined;
  for (let at = 0; at < documentIds.length; at += PAGE) {
    const some = documentIds.slice(at, at + PAGE);
    const input = { documentIds: some, exportId: exporter?.stamp.exportId ?? null };
    const { exportDocuments: page } = await client.execute(ExportDocumentsDocument, { input });
    exporter ??= await exporterOf(client, page);
    for (const id of some) {
      const document = page.documents.edges.find(({ node }) => node.id === id)?.node;
      if (!document) throw new ChanceryError('NOT_FOUND', 'there is no such document that you may read', { field: id });
      yield { document, exporter };
    }
  }
}

/** Takes out a collection, page by page. */
export async function* exportCollection(client: Client, collectionId: string): AsyncGenerator<Outgoing> {
  let exporter: Exporter | undefined;
  let after: string | null = null;
  do {
    const input: ExportInput = { collectionId, after, first: PAGE, exportId: exporter?.stamp.exportId ?? null };
    const { exportDocuments: page }: ExportDocumentsMutation = await client.execute(ExportDocumentsDocument, { input });
    exporter ??= await exporterOf(client, page);
    for (const { node: document } of page.documents.edges) yield { document, exporter };
    after = page.documents.pageInfo.hasNextPage ? page.documents.pageInfo.endCursor : null;
  } while (after !== null);
}
