import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';

/**
 * Whether this person's roles let them do it: `knowledge.write`, `knowledge.manage`. Not until it is known; but where the server cannot say
 * so, they may try.
 */
export function useMay(permission: string): boolean {
  const { desk } = useSession();
  const { data, isPending } = useQuery({
    queryKey: ['people', 'standing'],
    queryFn: () => desk.administration.standing(),
  });
  return !isPending && (data?.permissions.includes(permission) ?? true);
}
