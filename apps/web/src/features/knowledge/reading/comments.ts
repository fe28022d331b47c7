import { useInfiniteQuery } from '@tanstack/react-query';

import { useSession } from '../../../app/session.js';
import type { Comment } from '../../../worker/knowledge/protocol.js';

/** A comment and what was answered to it. */
export interface Thread {
  readonly root: Comment;
  readonly answers: readonly Comment[];
}

export const commentsKey = (paperId: string) => ['paper', paperId, 'comments'] as const;

/** What was said about a paper, oldest first. */
export function useThreads(paperId: string) {
  const { desk } = useSession();
  const answer = useInfiniteQuery({
    queryKey: commentsKey(paperId),
    queryFn: ({ pageParam }) => desk.knowledge.comments(paperId, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 10_000,
  });
  const all = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  const threads: Thread[] = all
    .filter(({ answerTo }) => answerTo === null)
    .map((root) => ({ root, answers: all.filter(({ answerTo }) => answerTo === root.id) }));
  const more = answer.hasNextPage ? () => void answer.fetchNextPage() : undefined;
  return { threads, error: answer.error, more };
}
