import { useCallback, useRef } from 'react';

/** How far lists were scrolled, by what they showed; for this run of the page. */
const places = new Map<string, number>();
/** Content comes a little later than its list. */
const PATIENCE_MS = 1500;

/** A ref for what scrolls: who comes back finds the place that they left. */
export function usePlaceKept(name: string): (element: HTMLElement | null) => void {
  const leave = useRef<() => void>(undefined);
  return useCallback(
    (element: HTMLElement | null) => {
      leave.current?.();
      leave.current = element ? follow(element, name) : undefined;
    },
    [name],
  );
}

function follow(element: HTMLElement, name: string): () => void {
  const place = places.get(name) ?? 0;
  const grown = new MutationObserver(() => {
    element.scrollTop = place;
    if (element.scrollTop >= place) grown.disconnect();
  });
  if (place > 0) grown.observe(element, { childList: true, subtree: true });
  const patience = setTimeout(() => {
    grown.disconnect();
  }, PATIENCE_MS);
  const keep = (): void => {
    places.set(name, element.scrollTop);
  };
  element.addEventListener('scroll', keep, { passive: true });
  return () => {
    clearTimeout(patience);
    grown.disconnect();
    element.removeEventListener('scroll', keep);
  };
}
