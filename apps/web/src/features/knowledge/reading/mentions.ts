import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../../app/session.js';
import { calledIn } from '../../../ui/calling.js';
import type { Callable } from '../../../ui/calling.js';
import type { CommentPlace } from '../../../worker/knowledge/protocol.js';
import { usePeople } from '../words.js';

/** Those whom the server has offered for a comment. */
type Ids = readonly string[];

/**
 * Calling people in a comment: the server names those alone who may read it, as somebody types, so that nothing here knows of others.
 *
 * @param before - those whom the comment calls already
 */
export function useMentions(place: CommentPlace, before: readonly Callable[] = []) {
  const { desk } = useSession();
  const client = useQueryClient();
  const people = usePeople();
  const [begun, onBegin] = useState<string>();
  const [chosen, setChosen] = useState(before);
  const { documentId, blockId = null, answerTo = null } = place;
  const key = ['paper', documentId, 'readers', blockId, answerTo] as const;
  const { data: ids = [] } = useQuery<Ids>({
    queryKey: [...key, begun],
    queryFn: () => desk.knowledge.commentReaders(place, begun ?? ''),
    enabled: begun !== undefined,
    placeholderData: (last) => last,
    staleTime: 10_000,
  });
  const known = (some: Ids): Callable[] => some.flatMap((id) => people.get(id) ?? []);
  /** Ids of those whom the words call; of two of one name, the one who was chosen. */
  const mentionsIn = (words: string): string[] => {
    const offered = client.getQueriesData<Ids>({ queryKey: key }).flatMap(([, some = []]) => some);
    const all = new Map([...chosen, ...known(offered)].map((person) => [person.id, person]));
    const picked = new Map(chosen.map(({ id, name }) => [name, id]));
    return calledIn(words, [...all.values()])
      .map(({ id, name }) => picked.get(name) ?? id)
      .filter((id, index, every) => every.indexOf(id) === index);
  };
  const onChoose = (person: Callable): void => {
    setChosen((some) => [...some, person]);
  };
  return { calling: { people: known(ids), onBegin, onChoose }, mentionsIn };
}
