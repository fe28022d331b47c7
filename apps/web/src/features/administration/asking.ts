import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';
import type { Desk } from '../../worker/protocol.js';

/** Everything that the administration shows; it is asked for anew after whatever may have changed it. */
export const OFFICE = 'administration';

/** Asks the worker; `key` names the question among those of the administration. */
export function useAsked<Answer>(
  key: readonly unknown[],
  ask: (desk: Desk) => Promise<Answer>,
  /** Milliseconds after which it is asked again while the screen is open; 0: never. */
  again = 0,
): UseQueryResult<Answer> {
  const { desk } = useSession();
  return useQuery({
    queryKey: [OFFICE, ...key],
    queryFn: () => ask(desk),
    staleTime: 0, // not everything here comes with news: each screen asks anew when it opens
    refetchInterval: again === 0 ? false : again,
  });
}

/** A page of records, newest first: those before a number, where one is given. */
interface PageAsked {
  readonly limit: number;
  readonly before?: number;
}

/** Records a page at a time, newest first; those shown stay while others are asked for. `key` as in `useAsked`. */
export function useRecords<Row extends { readonly seq: number }>(
  key: readonly unknown[],
  limit: number,
  ask: (desk: Desk, page: PageAsked) => Promise<readonly Row[]>,
) {
  const { desk } = useSession();
  const query = useInfiniteQuery({
    queryKey: [OFFICE, ...key],
    queryFn: ({ pageParam }) => ask(desk, { limit, ...(pageParam > 0 && { before: pageParam }) }),
    initialPageParam: 0,
    getNextPageParam: (page) => (page.length < limit ? undefined : page.at(-1)?.seq),
    placeholderData: keepPreviousData,
  });
  return { query, more: query.hasNextPage ? () => void query.fetchNextPage() : undefined };
}

/** Does something, and asks for everything anew afterwards. */
export function useAct<Input, Answer>(
  act: (desk: Desk, input: Input) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
): UseMutationResult<Answer, Error, Input> {
  const { desk } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: Input) => act(desk, input),
    onSuccess: async (answer) => {
      onDone?.(answer);
      await queries.invalidateQueries({ queryKey: [OFFICE] });
    },
  });
}

/** Has something looked into, which changes nothing. */
export function useCheck<Input, Answer>(
  check: (desk: Desk, input: Input) => Promise<Answer>,
  onDone?: (answer: Answer) => void,
): UseMutationResult<Answer, Error, Input> {
  const { desk } = useSession();
  return useMutation({
    mutationFn: (input: Input) => check(desk, input),
    onSuccess: (answer) => onDone?.(answer),
  });
}
