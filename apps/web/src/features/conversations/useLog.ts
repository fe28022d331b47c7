import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';

import type { MessagePage, MessageView, PageRequest } from '#client';

import { useSession } from '../../app/session.js';

const PAGE = 50;
/** So many pages are on the screen at once; farther ones are let go, and fetched again when somebody comes near. */
const PAGES = 6;
/** So many stand before a place that somebody jumps to, and so many behind it. */
const AROUND = 25;

type Place = Pick<PageRequest, 'before' | 'after'>;

export interface LogWindow {
  readonly messages: readonly MessageView[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
  readonly loadEarlier: () => void;
  readonly loadLater: () => void;
}

/**
 * A part of a conversation's messages, which moves with the reader: at the end, or around a place.
 * @param at the place; undefined: the end
 */
export function useLog(conversationId: string, at: number | undefined): LogWindow {
  const { desk } = useSession();
  const log = useInfiniteQuery({
    queryKey: ['messages', conversationId, 'log', at],
    queryFn: ({ pageParam }) => desk.correspondence.messages(conversationId, { limit: PAGE, ...pageParam }),
    initialPageParam: firstPlace(at),
    getPreviousPageParam: earlierThan,
    getNextPageParam: ({ after }: MessagePage): Place | undefined => (after === undefined ? undefined : { after }),
    maxPages: PAGES,
    gcTime: 0,
  });
  const { data } = log;
  const messages = useMemo(() => (data?.pages ?? []).flatMap((page) => page.messages), [data]);
  const { hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage } = log;
  useEffect(() => {
    if (at !== undefined) void fetchNextPage();
  }, [at, fetchNextPage]);
  return {
    messages,
    isLoading: log.isPending,
    error: log.error,
    hasEarlier: hasPreviousPage,
    hasLater: hasNextPage,
    loadEarlier: () => {
      if (hasPreviousPage && !isFetching) void fetchPreviousPage();
    },
    loadLater: () => {
      if (hasNextPage && !isFetching) void fetchNextPage();
    },
  };
}

function firstPlace(at: number | undefined): Place {
  return at === undefined ? {} : { before: at + AROUND };
}

/** A page that begins behind a place has something before it: that place. */
function earlierThan({ before, messages }: MessagePage, _pages: unknown, { after }: Place): Place | undefined {
  if (before !== undefined) return { before };
  const first = messages[0]?.seq;
  return after !== undefined && first !== undefined ? { before: first } : undefined;
}
