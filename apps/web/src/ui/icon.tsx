import styles from './icon.module.css';

/** Drawn on 24 × 24 by lines, in the colour of the text beside them. */
const PATHS = {
  conversations: 'M4 5h16v11H9l-5 4z',
  knowledge: 'M5 4h9l5 5v11H5zM14 4v5h5M8 13h8M8 16h6',
  administration: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 12l2 2 4-4',
  profile: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 20c1-4 4-6 8-6s7 2 8 6',
  search: 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zM16 16l5 5',
  attach: 'M19 11l-8 8a5 5 0 0 1-7-7l9-9a3.4 3.4 0 0 1 5 5l-9 9a1.7 1.7 0 0 1-2.5-2.5L14 7',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  scheme: 'M12 4a8 8 0 1 1 0 16zM12 4a8 8 0 0 0 0 16z',
} as const;

export type IconName = keyof typeof PATHS;

/** Beside words, or inside something that has a name: a screen reader passes it over. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={styles['icon']} data-icon={name}>
      <path d={PATHS[name]} />
    </svg>
  );
}
