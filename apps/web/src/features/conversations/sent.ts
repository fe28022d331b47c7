import type { UnsentDraft } from '#client';

export const NOTHING: UnsentDraft = { text: '' };

export const isEmpty = ({ text, files = [], inReplyTo, replaces }: UnsentDraft): boolean =>
  text === '' && files.length === 0 && inReplyTo === undefined && replaces === undefined;

/** Whether there is something to send. */
export const isWritten = ({ text, files = [] }: UnsentDraft): boolean => text.trim() !== '' || files.length > 0;

/** What could not be sent comes back before what was typed meanwhile. */
export function withUnsent(draft: UnsentDraft, unsent: UnsentDraft): UnsentDraft {
  if (isEmpty(draft)) return unsent;
  const files = [...(unsent.files ?? []), ...(draft.files ?? [])];
  const text = [unsent.text, draft.text].filter((part) => part !== '').join('\n');
  return { ...unsent, ...draft, text, ...(files.length > 0 && { files }) };
}
