import type { Terminal } from './terminal.js';
import { isolate, oneLine, pad } from './text.js';

/** A name, its value, and perhaps something less important beside it, such as an identifier. */
export type Entry = readonly [name: string, value: string, aside?: string];

/** Names and values below each other. Values are made harmless; empty ones are left out. */
export function fields(terminal: Terminal, entries: readonly Entry[]): string {
  const { dim } = terminal.colours;
  const present = entries.filter(([, value]) => value !== '');
  const width = Math.max(...present.map(([name]) => name.length));
  return present
    .map(([name, value, aside]) => {
      const line = `${dim(pad(name, width))}  ${isolate(oneLine(value))}`;
      return aside === undefined ? line : `${line}  ${dim(oneLine(aside))}`;
    })
    .join('\n');
}
