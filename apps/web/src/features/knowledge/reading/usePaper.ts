import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';

import { useSession } from '../../../app/session.js';

/** A version of a paper, the newest by default; asked for anew whenever it is opened. */
export function usePaper(id: string, version?: number) {
  const { desk } = useSession();
  return useQuery({
    queryKey: ['paper', id, version],
    queryFn: () => desk.knowledge.paper(id, version),
    staleTime: 0,
  });
}

/** Leads to the editor: of the draft that is under way, or of a new one. */
export function useEdit(id: string): { edit: () => void; error: unknown } {
  const { desk } = useSession();
  const [, go] = useLocation();
  const [error, setError] = useState<unknown>();
  return {
    error,
    edit: () => {
      desk.writing.revise(id).then((draftId) => {
        go(`/knowledge/drafts/${draftId}`);
      }, setError);
    },
  };
}
