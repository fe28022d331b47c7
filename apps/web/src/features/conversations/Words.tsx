import type { MessageView } from '#client';

import styles from './Conversation.module.css';

/** What was written, as text and nothing else; the names of those whom it calls stand out. */
export function Words({ message: { text: words, mentions } }: { readonly message: MessageView }) {
  if (words === '') return null;
  return (
    <p className={styles['words']} dir="auto">
      {partsOf(
        words,
        mentions.map(({ personName }) => `@${personName}`),
      ).map((part, index) =>
        part.isName ? (
          <strong key={index} className={styles['mention']}>
            {part.text}
          </strong>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}

interface Part {
  readonly text: string;
  readonly isName: boolean;
}

function partsOf(words: string, names: readonly string[]): Part[] {
  const parts: Part[] = [];
  let rest = words;
  for (;;) {
    const found = names
      .map((name) => ({ name, at: rest.indexOf(name) }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at || other.name.length - one.name.length)[0];
    if (!found) return [...parts, { text: rest, isName: false }];
    parts.push({ text: rest.slice(0, found.at), isName: false }, { text: found.name, isName: true });
    rest = rest.slice(found.at + found.name.length);
  }
}
