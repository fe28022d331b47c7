import { utf8 } from '#primitives';

const MAX_BYTES = 180;
const MAX_EXTENSION = 20;
const FALLBACK = 'attachment';
/** Controls, format characters (bidirectional overrides among them), lone surrogates, line ends: what makes a name look like another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/gu;
/** What some file system takes for something else than a letter. */
const SPECIAL = /[<>:"|?*]/gu;
/** Devices of Windows, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/iu;

/**
 * A file name that is only a name, on every platform: no folder, no device, nothing hidden, nothing that reads otherwise than it is. What people
 * sent is data, so this is used when a file is sent and again when it is saved.
 */
export function safeFileName(given: string): string {
  const last = given.normalize('NFC').split(/[/\\]/u).at(-1) ?? '';
  const name = trimmed(last.replace(UNSEEN, '').replace(SPECIAL, '_'));
  const short = shortened(DEVICE.test(name) ? `_${name}` : name);
  return short === '' ? FALLBACK : short;
}

/** A name that was taken is numbered: `note (2).pdf`. */
export function numberedName(name: string, number: number): string {
  const [stem, extension] = split(name);
  return number < 2 ? name : `${stem} (${String(number)})${extension}`;
}

/** Dots and spaces at the ends hide a file, or vanish on Windows. */
function trimmed(name: string): string {
  return name.replace(/^[.\s]+|[.\s]+$/gu, '');
}

function shortened(name: string): string {
  const [stem, extension] = split(name);
  const characters = Array.from(stem);
  while (utf8(characters.join('') + extension).length > MAX_BYTES) characters.pop();
  return trimmed(characters.join('') + extension);
}

function split(name: string): [string, string] {
  const at = name.lastIndexOf('.');
  return at > 0 && name.length - at <= MAX_EXTENSION ? [name.slice(0, at), name.slice(at)] : [name, ''];
}
