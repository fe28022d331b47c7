import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** What has become old is asked for at most so often: after an absence news come by the thousand. */
const PACE_MS = 200;
/** The worker is not asked again before it has answered; but an answer that hangs on the line keeps nothing else waiting for longer. */
const LONGEST_MS = 2_000;

/** A function that asks anew for what a key names: at once for the first of a burst, together for those that follow. */
export function freshener(queries: QueryClient): (queryKey: QueryKey) => void {
  const old = new Map<string, QueryKey>();
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    while (old.size > 0) {
      const keys = [...old.values()];
      old.clear();
      const round = keys.map((queryKey) => queries.invalidateQueries({ queryKey }));
      await Promise.race([Promise.all([...round, pause(PACE_MS)]), pause(LONGEST_MS)]);
    }
    isRunning = false;
  };
  return (queryKey) => {
    old.set(JSON.stringify(queryKey), queryKey);
    if (!isRunning) void run();
  };
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
