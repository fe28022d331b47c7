import { save } from '../../ui/save.js';
import type { FilePlace } from '../../worker/correspondence/protocol.js';
import type { Desk } from '../../worker/protocol.js';

/** Larger files are written piece by piece, where the browser can. */
const IN_MEMORY_BYTES = 64 * 1024 * 1024;

interface FilePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** Hands a received file to the person's own files, by the name that it came with. It is only ever stored, never opened here. Returns whether it was. */
export async function saveFile({ correspondence }: Desk, place: FilePlace): Promise<boolean> {
  const { file } = place;
  const { showSaveFilePicker } = globalThis as FilePicker;
  if (file.size > IN_MEMORY_BYTES && showSaveFilePicker) {
    const target = await showSaveFilePicker({ suggestedName: file.name }).catch(unlessClosed);
    return target !== undefined && correspondence.writeFile(place, target);
  }
  const opened = await correspondence.file(place);
  if (!opened) return false;
  save(opened.slice(0, opened.size, 'application/octet-stream'), file.name);
  return true;
}

/** Whoever closes the browser's question wants nothing. */
function unlessClosed(error: unknown): undefined {
  if (!(error instanceof DOMException && error.name === 'AbortError')) throw error;
}
