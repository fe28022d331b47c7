export { openEmptyPlace, openPlace } from './place.js';
export { restoreBackup } from './restore.js';
export { verifyBackup } from './verify.js';
export { writeBackup } from './write.js';
export type { Head } from './frames.js';
export type { Progress } from './write.js';
