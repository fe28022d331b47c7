import { createContext, useContext, useEffect, useId } from 'react';

import styles from './marking.module.css';

/** The colour that the policy gives a marking; undefined where it knows none. */
export const MarkingColours = createContext<(marking: string) => string | undefined>(() => undefined);

/** A marking, in words first: colour only helps. */
export function Marking({ text }: { readonly text: string }) {
  const colour = useContext(MarkingColours)(text);
  return (
    <span
      className={styles['marking']}
      dir="ltr"
      {...(colour !== undefined && { style: { borderInlineStartColor: colour } })}
    >
      {text}
    </span>
  );
}

/** Where the frame hears what is on the screen: by who shows it. */
export const MarkingsOnScreen = createContext<(owner: string, marking: string | undefined) => void>(() => undefined);

/** While it is on the screen, the frame's banner tells at least this marking; undefined or empty: nothing marked is shown. */
export function useMarkingOnScreen(text: string | undefined): void {
  const put = useContext(MarkingsOnScreen);
  const owner = useId();
  useEffect(() => {
    put(owner, text === '' ? undefined : text);
    return () => {
      put(owner, undefined);
    };
  }, [put, owner, text]);
}

/** The marking of something that is read here, which the frame's banner tells as well; a clearance is none. */
export function ContentMarking({ text }: { readonly text: string }) {
  useMarkingOnScreen(text);
  return <Marking text={text} />;
}

/** `useMarkingOnScreen` for those who rather write it among what they show. */
export function Banner({ text }: { readonly text: string }) {
  useMarkingOnScreen(text);
  return null;
}
