import { isText, useText, useTroubleText } from '../../../text/text.js';
import type { ImportReason } from '../../../worker/filing/protocol.js';

/** Why something did not become a paper, or what one should know of it; in English where there are no words for it. */
export function useReasonText(): (reason: ImportReason) => string {
  const text = useText();
  const say = useTroubleText();
  return ({ code, values = {}, reason }) => {
    const id = `importReason.${code}`;
    if (!isText(id)) return reason;
    const { error = '', detail = '', field = '' } = values;
    const why = error === '' ? '' : say({ code: String(error), message: String(detail), field: String(field) });
    return text(id, { ...isolated(values), error, why });
  };
}

/** Names and words of files may be written in the other direction. */
function isolated(values: NonNullable<ImportReason['values']>): Record<string, string | number> {
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'string' ? `\u2068${value}\u2069` : value]),
  );
}
