import styles from './Palette.module.css';

/** Keys of a command, one after the other. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span dir="ltr" className={styles['keys']}>
      {keys.split(' ').map((key, index) => (
        <kbd key={index}>{key.startsWith('Mod+') ? `Ctrl ${key.slice(4).toUpperCase()}` : (WORDS[key] ?? key)}</kbd>
      ))}
    </span>
  );
}

/** As they stand on keyboards. */
const WORDS: Readonly<Record<string, string>> = { Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓' };
