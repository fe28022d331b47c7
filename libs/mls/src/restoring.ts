import { MlsError } from './errors.js';

/** Reads stored state: whatever is wrong with it, it is `CORRUPT_STATE`. @throws MlsError `CORRUPT_STATE` */
export function restoring<T>(load: () => T): T {
  try {
    return load();
  } catch {
    throw new MlsError('CORRUPT_STATE', 'stored state can not be read');
  }
}

/** @throws MlsError `CORRUPT_STATE` */
export function demandIntact(condition: boolean): asserts condition {
  if (!condition) throw new MlsError('CORRUPT_STATE', 'stored records do not fit together');
}
