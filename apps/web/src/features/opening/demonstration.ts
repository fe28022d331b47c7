import { useQuery } from '@tanstack/react-query';

import { offered } from './offered.js';

/** What a demonstration has ready for a newcomer. */
export interface Ready {
  readonly deviceName: string;
  readonly passphrase: string;
}

/** Asked only by who follows a demonstration's link, and answered only by a demonstration's server: any other has no such address. */
export function useDemonstration(): Ready | undefined {
  const { data } = useQuery({ queryKey: ['demonstration'], queryFn: ask, enabled: offered.isDemonstration });
  return data ?? undefined;
}

async function ask(): Promise<Ready | null> {
  const response = await fetch('/demonstration');
  const answer: unknown = response.ok ? await response.json() : null;
  return isReady(answer) ? answer : null;
}

function isReady(answer: unknown): answer is Ready {
  if (typeof answer !== 'object' || answer === null) return false;
  const { deviceName, passphrase } = answer as Partial<Ready>;
  return typeof deviceName === 'string' && typeof passphrase === 'string';
}
