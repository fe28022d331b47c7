import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';

import type { Desk } from '../worker/protocol.js';
import { keepBeforeLocking } from './locking.js';
import { useSession } from './session.js';

/** Where somebody was in what they read, by its name: pixels or a message's number; 0: where it begins by itself. */
type Places = ReadonlyMap<string, number>;

const NAME = 'places';
/** Those of what was read last. */
const MOST = 200;
/** A place is in the vault this long after somebody came to it. */
const KEEP_MS = 500;
/** Content comes a little later than its list. */
const PATIENCE_MS = 1500;

/** What is on its way to the vault. */
const changed = new Map<string, number>();
let timer: ReturnType<typeof setTimeout> | undefined;

async function kept(desk: Desk): Promise<Places> {
  const all = (await desk.frame.begun(NAME)) as readonly (readonly [string, number])[] | undefined;
  return new Map([...(all ?? []), ...changed]);
}

function keep(desk: Desk, name: string, place: number): void {
  changed.delete(name);
  changed.set(name, place);
  clearTimeout(timer);
  timer = setTimeout(() => void write(desk).catch(() => undefined), KEEP_MS); // a vault that was locked meanwhile keeps the one before
  keepBeforeLocking(write);
}

async function write(desk: Desk): Promise<void> {
  clearTimeout(timer);
  if (changed.size === 0) return;
  const before = [...(await kept(desk))].filter(([name]) => !changed.has(name));
  const all = [...before, ...changed].filter(([, place]) => place > 0).slice(-MOST);
  changed.clear();
  await desk.frame.keepBegun(NAME, all);
}

/** A ref for what scrolls: who comes back finds the place that they left, also after a reload or a lock. */
export function usePlaceKept(name: string): (element: HTMLElement | null) => void {
  const { desk } = useSession();
  const leave = useRef<() => void>(undefined);
  return useCallback(
    (element: HTMLElement | null) => {
      leave.current?.();
      leave.current = element ? follow(element, name, desk) : undefined;
    },
    [name, desk],
  );
}

function follow(element: HTMLElement, name: string, desk: Desk): () => void {
  const left = new AbortController();
  void kept(desk).then((places) => {
    bringBack(element, places.get(name) ?? 0, left.signal);
  });
  const options = { passive: true, signal: left.signal };
  const come = (): void => {
    keep(desk, name, element.scrollTop);
  };
  element.addEventListener('scroll', come, options);
  return () => {
    left.abort();
  };
}

/** As soon as there is enough to scroll; whoever has begun to read stays where they are. */
function bringBack(element: HTMLElement, place: number, left: AbortSignal): void {
  if (left.aborted || place === 0 || element.scrollTop > 0) return;
  const grown = new MutationObserver(() => {
    scroll();
  });
  const stop = (): void => {
    grown.disconnect();
  };
  const scroll = (): void => {
    element.scrollTop = place;
    if (element.scrollTop >= place - 1) stop();
  };
  grown.observe(element, { childList: true, subtree: true });
  setTimeout(stop, PATIENCE_MS);
  left.addEventListener('abort', stop);
  scroll();
}

/** The place that was kept under a name, once; undefined until it is known. */
export function useKeptPlace(name: string): number | undefined {
  const { desk } = useSession();
  const { data } = useQuery({
    queryKey: ['place', name],
    queryFn: async () => (await kept(desk)).get(name) ?? 0,
    gcTime: 0,
  });
  return data;
}

/** Keeps a place under a name. */
export function useKeepPlace(name: string): (place: number) => void {
  const { desk } = useSession();
  return useCallback(
    (place) => {
      keep(desk, name, place);
    },
    [desk, name],
  );
}
