import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';

/** Whether this server serves a ministry; undefined until it has said so. */
export function useFounded(isWanted = true): boolean | undefined {
  const { desk } = useSession();
  const { data } = useQuery({ queryKey: ['founded'], queryFn: () => desk.opening.isFounded(), enabled: isWanted });
  return data;
}
