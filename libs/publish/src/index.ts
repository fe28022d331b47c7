/** Papers become files that leave Chancery: PDF, Word, Markdown, mail, labels, archives with a manifest. */
export { paperDocx } from './docx/write.js';
export { exporterOf } from './exported.js';
export type { ExportedDocument, Exporter, ExportingDevice } from './exported.js';
export { paperFiles } from './files.js';
export type { Format, MadeFile, MadeFiles } from './files.js';
export { paperMail } from './mail.js';
export type { MailPart } from './mail.js';
export { checkManifest, MANIFEST_PATH, manifestOf, parseManifest } from './manifest.js';
export type { Manifest, ManifestDocument, ManifestFile, ManifestProblem } from './manifest.js';
export { paperMarkdown } from './markdown.js';
export type { Fact, Paper, Publication, Stamp } from './paper.js';
export type { FontFamily, FontSource, Weight } from './pdf/fonts.js';
export { paperPdf } from './pdf/write.js';
export type { MadePdf } from './pdf/write.js';
export { paperLabel } from './stanag.js';
