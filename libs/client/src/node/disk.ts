import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

import type { Disk } from '../ports/disk.js';

/** The disk of the machine. */
export const disk: Disk = {
  exists: existsSync,
  open: (path, create) => openSync(path, create && !existsSync(path) ? 'wx+' : 'r+', 0o600),
  close: closeSync,
  read(fd, into, position) {
    let done = 0;
    while (done < into.length) {
      const count = readSync(fd, into, done, into.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  write(fd, from, position) {
    let done = 0;
    while (done < from.length) done += writeSync(fd, from, done, from.length - done, position + done);
  },
  truncate: ftruncateSync,
  size: (fd) => fstatSync(fd).size,
  sync: fsyncSync,
  syncFolderOf(path) {
    if (process.platform === 'win32') return; // folders can't be opened there; NTFS journals its entries
    const fd = openSync(dirname(path), 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
  remove: unlinkSync,
};
