import type { EntityManager } from 'typeorm';

/** The owner of a document, or of the document that it is a part of; null while it waits for one. */
export async function ownerOf(documentId: string, manager: EntityManager): Promise<string | null> {
  const [row] = await manager.query<{ ownerId: string | null }[]>(
    `SELECT o.owner_id AS "ownerId" FROM document d
     JOIN document_owner o ON o.document_id = coalesce(d.part_of, d.id) WHERE d.id = $1`,
    [documentId],
  );
  return row?.ownerId ?? null;
}
