import { useEffect, useState } from 'react';

import type { Offered } from './useAttaching.js';

/**
 * Files that are let go anywhere over an element, or pasted while it is shown. A file that misses it does not take the page away, as browsers
 * else do.
 */
export function useFileDrop(
  place: React.RefObject<HTMLElement | null>,
  onFiles: ((offered: Offered) => void) | undefined,
) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(onFiles !== undefined && isWithin(place.current, event.target));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      if (!event.dataTransfer || !hasFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (isWithin(place.current, event.target)) onFiles?.(offeredBy(event.dataTransfer));
    };
    const paste = (event: ClipboardEvent): void => {
      if (!event.clipboardData || !isForFiles(event.clipboardData) || isElsewhere(place.current, event.target)) return;
      event.preventDefault();
      onFiles?.(offeredBy(event.clipboardData));
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    addEventListener('paste', paste);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
      removeEventListener('paste', paste);
    };
  }, [place, onFiles]);
  return isOver;
}

const hasFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true;

/** Office programs put a picture of what was copied beside its words: then the words are meant. */
const isForFiles = (data: DataTransfer): boolean =>
  data.files.length > 0 && !(data.types.includes('text/html') && data.types.includes('text/plain'));

const isWithin = (place: HTMLElement | null, target: EventTarget | null): boolean =>
  place !== null && target instanceof Node && place.contains(target);

/** In a dialog, or in a field of another place. */
function isElsewhere(place: HTMLElement | null, target: EventTarget | null): boolean {
  if (!(target instanceof Element) || isWithin(place, target)) return false;
  return target.closest('[role="dialog"], input, textarea, [contenteditable]') !== null;
}

function offeredBy(data: DataTransfer): Offered {
  const folders = [...data.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null;
    return entry?.isDirectory === true ? [entry.name] : [];
  });
  return { folders, files: [...data.files].filter(({ name }) => !folders.includes(name)) };
}
