import type { Terminal } from './terminal.js';
import { isolate, oneLine, pad } from './text.js';

/** Names and values below each other. Values are made harmless; empty ones are left out. */
export function fields(terminal: Terminal, entries: readonly (readonly [name: string, value: string])[]): string {
  const present = entries.filter(([, value]) => value !== '');
  const width = Math.max(...present.map(([name]) => name.length));
  return present
    .map(([name, value]) => `${terminal.colours.dim(pad(name, width))}  ${isolate(oneLine(value))}`)
    .join('\n');
}
