import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';

import type { LogWindow } from './useLog.js';

/** Pixels from an edge at which more is fetched. */
const NEAR = 600;
/** Pixels from the end within which somebody is at the end, and stays there when something comes. */
const AT_END = 60;
const ROWS = '[data-seq]';

interface Anchor {
  readonly key: string;
  readonly top: number;
}

interface ScrollOptions {
  readonly log: LogWindow;
  /** Where to begin: a message, the line above what is unread, or the end. */
  readonly start: { readonly seq: number; readonly block: 'center' | 'start' } | undefined;
  /** Hears which place is the last that was on the screen. */
  readonly onSeen: (seq: number) => void;
  /** Hears which place is the first on the screen; 0: the reader is at the end. */
  readonly onStand: (seq: number) => void;
}

/** Keeps the place in a log: what stands on the screen stays where it is, whatever is put before or behind it. */
export function useScroll({ log, start, onSeen, onStand }: ScrollOptions) {
  const scroller = useRef<HTMLDivElement>(null);
  const anchor = useRef<Anchor>(undefined);
  const sticks = useRef(start === undefined);
  const isPlaced = useRef(false);
  /** Pixels above the screen when the reader was at the end last. */
  const end = useRef(0);
  const newest = useRef<string>(undefined);
  const look = useCallback((): void => {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, clientHeight, scrollHeight } = element;
    const isEnd = scrollHeight - scrollTop - clientHeight < AT_END;
    // a log that got less room is heard of after a scroll of the same moment: only who scrolls up leaves the end
    const stays = sticks.current && scrollTop >= end.current - AT_END;
    sticks.current = !log.hasLater && (isEnd || stays);
    if (isEnd) end.current = scrollTop;
    const first = firstVisible(element);
    anchor.current = first && { key: first.dataset['key'] ?? '', top: first.getBoundingClientRect().top };
    onStand(sticks.current ? 0 : Number(first?.dataset['seq'] ?? 0));
    const seen = lastVisible(element);
    if (seen !== undefined) onSeen(seen);
    if (scrollTop < NEAR) log.loadEarlier();
    if (scrollHeight - scrollTop - clientHeight < NEAR) log.loadLater();
  }, [log, onSeen, onStand]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || log.messages.length === 0) return;
    if (!isPlaced.current && start !== undefined) {
      isPlaced.current = true;
      element.querySelector(`[data-seq="${String(start.seq)}"]`)?.scrollIntoView({ block: start.block });
    } else {
      const hasLeft = element.scrollTop < end.current - AT_END; // the browser has yet to tell of it
      if (isOwnNew(log, newest) || (sticks.current && !hasLeft)) element.scrollTop = element.scrollHeight;
      else if (!sticks.current) keep(element, anchor.current);
    }
    look();
  }, [log.messages, log.hasLater, start, look]);
  const stay = useCallback((): void => {
    const element = scroller.current;
    if (element && sticks.current && element.scrollTop >= end.current - AT_END)
      element.scrollTop = element.scrollHeight;
  }, []);
  useResized(scroller, log.isLoading, stay);
  return { scroller, look };
}

/** Hears when a strip, a keyboard or a longer draft takes room from the log, or a message grows in it. */
function useResized(scroller: React.RefObject<HTMLDivElement | null>, isLoading: boolean, hear: () => void): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(hear);
    for (const part of [element, ...element.children]) observer.observe(part);
    return () => {
      observer.disconnect();
    };
  }, [scroller, isLoading, hear]);
}

/** Whoever sends something wants to see it; what was sent long ago and is only now fetched is not that. */
function isOwnNew({ messages, hasLater }: LogWindow, newest: React.RefObject<string | undefined>): boolean {
  const last = hasLater ? undefined : messages.at(-1);
  const isNew = newest.current !== undefined && newest.current !== last?.id;
  newest.current = last?.id;
  return isNew && last?.own === true;
}

function keep(element: HTMLElement, anchor: Anchor | undefined): void {
  const row = anchor && element.querySelector(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (row) element.scrollTop += row.getBoundingClientRect().top - anchor.top;
}

function firstVisible(element: HTMLElement): HTMLElement | undefined {
  const { top } = element.getBoundingClientRect();
  for (const row of element.querySelectorAll<HTMLElement>('[data-key]')) {
    if (row.getBoundingClientRect().bottom > top) return row;
  }
  return undefined;
}

function lastVisible(element: HTMLElement): number | undefined {
  const { bottom } = element.getBoundingClientRect();
  const rows = [...element.querySelectorAll<HTMLElement>(ROWS)];
  const last = rows.findLast((row) => row.getBoundingClientRect().top < bottom);
  return last && Number(last.dataset['seq']);
}
