import type { AttachmentView } from '#client';

import { save } from '../../ui/save.js';
import type { Desk } from '../../worker/protocol.js';

/** Larger files are written piece by piece, where the browser can. */
const IN_MEMORY_BYTES = 64 * 1024 * 1024;

interface Wanted {
  readonly conversationId: string;
  readonly messageId: string;
  readonly file: AttachmentView;
}

interface FilePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** Hands a received file to the person's own files, by the name that it came with. It is only ever stored, never opened here. */
export async function saveFile({ correspondence }: Desk, { conversationId, messageId, file }: Wanted): Promise<void> {
  const { showSaveFilePicker } = globalThis as FilePicker;
  if (file.size > IN_MEMORY_BYTES && showSaveFilePicker) {
    const target = await showSaveFilePicker({ suggestedName: file.name });
    await correspondence.writeFile(conversationId, messageId, file.id, target);
    return;
  }
  const opened = await correspondence.file(conversationId, messageId, file.id);
  save(opened.slice(0, opened.size, 'application/octet-stream'), file.name);
}
