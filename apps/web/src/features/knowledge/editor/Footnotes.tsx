import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import type { Written } from '../../../worker/writing/protocol.js';

interface FootnotesProps {
  readonly written: Written;
  readonly change: (part: Partial<Written>) => void;
}

/** The texts of the footnotes, under the marks that call them. */
export function Footnotes({ written: { footnotes }, change }: FootnotesProps) {
  const text = useText();
  if (!footnotes || footnotes.length === 0) return null;
  return footnotes.map(({ mark, text: words }, index) => (
    <AreaField
      key={index}
      label={text('editor.footnote.of', { mark })}
      rows={1}
      value={words}
      onChange={(value) => {
        change({ footnotes: footnotes.map((one, at) => (at === index ? { ...one, text: value } : one)) });
      }}
    />
  ));
}
