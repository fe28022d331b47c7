import { hasCode } from '#client';
import type { Client } from '#client';
import { FileDocumentsDocument } from '#contracts';
import type { PaperInput } from '#ingest';

import { patiently } from './patience.js';

/** What became of one paper at the server. */
export type Filed =
  | {
      readonly outcome: 'created' | 'revised' | 'unchanged';
      readonly documentId: string;
      readonly versionNumber: number;
    }
  | { readonly outcome: 'refused'; readonly code: string; readonly reason: string };

/** Files papers into one collection; answers in their order. Filing the same paper again changes nothing. */
export interface FilePapers {
  file(collectionId: string, papers: readonly PaperInput[]): Promise<readonly Filed[]>;
}

const OUTCOMES = { CREATED: 'created', REVISED: 'revised', UNCHANGED: 'unchanged' } as const;

/**
 * Files papers through a client's session. A batch that is too large for the server goes in halves; one whose answer is lost goes
 * again.
 */
export function filePapersThrough(client: Pick<Client, 'execute'>): FilePapers {
  const file = async (collectionId: string, papers: readonly PaperInput[]): Promise<Filed[]> => {
    try {
      const { fileDocuments } = await patiently(() =>
        client.execute(FileDocumentsDocument, { collectionId, documents: [...papers] }),
      );
      return fileDocuments.map(filedOf);
    } catch (error) {
      if (!hasCode(error, 'TOO_LARGE')) throw error;
      if (papers.length <= 1)
        return [{ outcome: 'refused', code: 'TOO_LARGE', reason: 'the paper is larger than the server takes' }];
      const half = Math.ceil(papers.length / 2);
      return [...(await file(collectionId, papers.slice(0, half))), ...(await file(collectionId, papers.slice(half)))];
    }
  };
  return { file };
}

type Answer =
  | { __typename: 'FiledDocument'; documentId: string; versionNumber: number; outcome: string }
  | { __typename: 'FileRefused'; refusal: { code: string; message: string } };

function filedOf(answer: Answer): Filed {
  if (answer.__typename === 'FileRefused')
    return { outcome: 'refused', code: answer.refusal.code, reason: answer.refusal.message };
  const outcome = OUTCOMES[answer.outcome as keyof typeof OUTCOMES];
  return { outcome, documentId: answer.documentId, versionNumber: answer.versionNumber };
}
