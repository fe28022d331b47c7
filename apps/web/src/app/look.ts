import { useSyncExternalStore } from 'react';

/** How the screen may look; the first of each is what somebody sees who has chosen nothing. tokens.css says what each means. */
export const LOOKS = { scheme: ['system', 'light', 'dark'], rows: ['roomy', 'dense'] } as const;
export type Aspect = keyof typeof LOOKS;
export type Look<One extends Aspect = Aspect> = (typeof LOOKS)[One][number];

const ASPECTS = Object.keys(LOOKS) as Aspect[];
const hearers = new Set<() => void>();

/** Shows what was chosen before; what is chosen in another window from now on is shown in this one, too. */
export function applyKeptLook(): void {
  for (const aspect of ASPECTS) document.documentElement.dataset[aspect] = kept(aspect);
  for (const hear of hearers) hear();
}

/** From now on and at the next visit, on this machine; nothing secret. */
export function chooseLook<One extends Aspect>(aspect: One, look: Look<One>): void {
  localStorage.setItem(aspect, look);
  applyKeptLook();
}

export function useLook<One extends Aspect>(aspect: One): Look<One> {
  return useSyncExternalStore(heard, () => kept(aspect));
}

function kept<One extends Aspect>(aspect: One): Look<One> {
  const looks: readonly Look<One>[] = LOOKS[aspect];
  const chosen = localStorage.getItem(aspect);
  return looks.find((look) => look === chosen) ?? LOOKS[aspect][0];
}

function heard(hear: () => void): () => void {
  hearers.add(hear);
  return () => {
    hearers.delete(hear);
  };
}
