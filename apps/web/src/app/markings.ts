import { useCallback, useState } from 'react';

import type { Level } from '../worker/frame/protocol.js';

const SEPARATOR = ' // ';

/** What is marked on the screen, by who shows it. */
export function useMarkings() {
  const [shown, setShown] = useState<ReadonlyMap<string, string>>(new Map());
  const put = useCallback((owner: string, marking: string | undefined): void => {
    setShown((before) => {
      if (before.get(owner) === marking) return before;
      const after = new Map(before);
      if (marking === undefined) after.delete(owner);
      else after.set(owner, marking);
      return after;
    });
  }, []);
  return { shown: [...shown.values()], put };
}

/** The colour of the level that a marking begins with. */
export function colourOf(marking: string, levels: readonly Level[]): string | undefined {
  const [level] = marking.split(SEPARATOR);
  return levels.find((one) => one.marking === level)?.colour;
}

/**
 * The highest level among the markings, with every restriction that stands beside it in any of them; the levels lowest first. Undefined
 * without any. A marking of no known level counts as the highest: better too much than too little.
 */
export function highestOf(markings: readonly string[], levels: readonly Level[]) {
  const parts = markings.map((marking) => marking.split(SEPARATOR));
  const rankOf = ([level]: readonly string[]): number => {
    const rank = levels.findIndex(({ marking }) => marking === level);
    return rank === -1 ? levels.length : rank;
  };
  const top = Math.max(...parts.map(rankOf));
  const highest = parts.filter((one) => rankOf(one) === top);
  if (highest.length === 0) return undefined;
  return { text: [...new Set(highest.flat())].join(SEPARATOR), colour: levels[top]?.colour };
}
