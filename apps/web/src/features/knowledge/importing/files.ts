import type { DirectoryDropItem, DropItem, FileDropItem } from 'react-aria-components';

import type { NewImport } from '../../../worker/filing/protocol.js';

type Files = { path: string; file: File }[];

/** Files and folders with everything below them, in the order of their names; hidden ones are left out. */
export async function dropped(items: readonly DropItem[]): Promise<NewImport['files']> {
  const found: Files = [];
  for (const item of items) {
    if (item.kind === 'file') found.push({ path: item.name, file: await item.getFile() });
    if (item.kind === 'directory') found.push(...(await below(item, item.name)));
  }
  return inOrder(found);
}

async function below(folder: DirectoryDropItem, path: string): Promise<Files> {
  const found: Files = [];
  for await (const entry of folder.getEntries()) {
    const inside = `${path}/${entry.name}`;
    if (entry.kind === 'file') found.push({ path: inside, file: await (entry satisfies FileDropItem).getFile() });
    else found.push(...(await below(entry, inside)));
  }
  return found;
}

/** What was chosen by the browser's own dialog, of a folder with their places in it. */
export function picked(list: FileList | null): NewImport['files'] {
  const files = [...(list ?? [])].map((file) => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
  return inOrder(files);
}

function inOrder(files: Files): NewImport['files'] {
  return files
    .filter(({ path }) => !path.split('/').some((name) => name.startsWith('.')))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
