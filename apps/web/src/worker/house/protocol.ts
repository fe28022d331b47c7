import type { HealthQuery, LeftDraftsQuery, OrphanedDocumentsQuery } from '#contracts';

export type ServerHealth = HealthQuery['health'];
export type Orphan = OrphanedDocumentsQuery['orphanedDocuments']['edges'][number]['node'];
export type LeftDraft = LeftDraftsQuery['leftDrafts']['edges'][number]['node'] & { readonly authorName: string };

/** What those who keep the house look after. */
export interface House {
  /** Troubles: FORBIDDEN. */
  health(): Promise<ServerHealth>;
  /** Papers whose owner works here no more. */
  orphans(): Promise<readonly Orphan[]>;
  handOver(documentIds: readonly string[], personId: string): Promise<void>;
  leftDrafts(): Promise<readonly LeftDraft[]>;
  takeOverDraft(id: string): Promise<void>;
  discardDraft(id: string): Promise<void>;
}
