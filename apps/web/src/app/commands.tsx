import { useEffect, useId, useRef } from 'react';

/** Something that a person can do from anywhere on the screen where it is offered. */
export interface Command {
  readonly id: string;
  /** A verb first, as on a button. */
  readonly text: string;
  /** Keys one after the other, as `KeyboardEvent.key` says them: `e`, `g c`, `/`. `Mod+k` is Ctrl or ⌘ with k, and works in fields too. */
  readonly keys?: string;
  readonly run: () => void;
}

/** How long the second key of two may be waited for. */
const SEQUENCE_MS = 1500;

/** What is offered now, by who offers it; the palette, the sheet and the keys read it when they need it. */
const offered = new Map<string, readonly Command[]>();

/** Offers commands while the component is on the screen: in the palette, on the sheet of shortcuts, and by their keys. */
export function useCommands(commands: readonly Command[]): void {
  const owner = useId();
  useEffect(() => {
    offered.set(owner, commands);
  });
  useEffect(
    () => () => {
      offered.delete(owner);
    },
    [owner],
  );
}

/** Those of the screen first, those of the frame, which was there before, last. */
export function allCommands(): readonly Command[] {
  return [...offered.values()].reverse().flat();
}

/** Listens for the keys of commands; never while somebody writes, chooses from a list, or answers a question. */
export function useShortcuts(): void {
  const begun = useRef({ key: '', at: 0 });
  useEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey) return;
      const isModified = event.ctrlKey || event.metaKey;
      if (isOccupied(event.target, isModified)) return;
      const key = isModified ? `Mod+${keyOf(event)}` : keyOf(event);
      const { key: first, at } = begun.current;
      const isSecond = first !== '' && event.timeStamp - at < SEQUENCE_MS;
      const command = (isSecond ? commandOf(`${first} ${key}`) : undefined) ?? commandOf(key);
      begun.current = !command && beginsOne(key) ? { key, at: event.timeStamp } : { key: '', at: 0 };
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    document.addEventListener('keydown', hear);
    return () => {
      document.removeEventListener('keydown', hear);
    };
  }, []);
}

const commandOf = (keys: string): Command | undefined => allCommands().find((command) => command.keys === keys);
const beginsOne = (key: string): boolean => allCommands().some(({ keys }) => keys?.startsWith(`${key} `) === true);

/** With a Cyrillic or Arabic keyboard a letter is known by its place: nobody changes the layout for a shortcut. */
function keyOf({ key, code }: KeyboardEvent): string {
  if (/^[\x20-\x7e]+$/.test(key)) return key.length === 1 ? key.toLowerCase() : key;
  return code.startsWith('Key') ? code.slice(3).toLowerCase() : key;
}

function isOccupied(target: EventTarget | null, isModified: boolean): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return true;
  if (!(target instanceof HTMLElement) || isModified) return false;
  return (
    target.isContentEditable || target.closest('input, textarea, select, [role="menu"], [role="listbox"]') !== null
  );
}
