/** Signs that XML 1.0 can't carry, however they are written. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;
const NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as it stands between tags and in attributes. */
export const xmlText = (text: string): string =>
  text.replaceAll(FORBIDDEN, ' ').replaceAll(/[&<>"]/g, (sign) => NAMES[sign] ?? sign);

export const PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
