import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useLocation } from 'wouter';

import { ClockStrip } from '../features/opening/ClockStrip.js';
import { useText } from '../text/text.js';
import { MarkingColours, MarkingsOnScreen } from '../ui/marking.js';
import type { Level } from '../worker/frame/protocol.js';
import { useCommands, useShortcuts } from './commands.js';
import { Hint } from './Hint.js';
import { lock } from './locking.js';
import { chooseLook, useLook } from './look.js';
import styles from './Frame.module.css';
import { colourOf, highestOf, useMarkings } from './markings.js';
import { OfflineStrip } from './OfflineStrip.js';
import { Rail } from './Rail.js';
import { useSession } from './session.js';
import { ReleaseStrip } from './ReleaseStrip.js';
import { StorageStrip } from './StorageStrip.js';
import { TopBar } from './TopBar.js';

/** What stands around every screen: the highest marking, the state of the line, where one is and can go. */
export function Frame({ children }: { readonly children: React.ReactNode }) {
  const text = useText();
  const { shown, put } = useMarkings();
  const levels = useLevels();
  const coloured = useCallback((marking: string) => colourOf(marking, levels), [levels]);
  useShortcuts();
  useFrameCommands();
  return (
    <MarkingsOnScreen value={put}>
      <MarkingColours value={coloured}>
        <div className={styles['frame']}>
          <a
            href="#place"
            className={styles['skip']}
            onClick={(event) => {
              event.preventDefault(); // the address keeps saying where one is
              document.getElementById('place')?.focus();
            }}
          >
            {text('frame.skip')}
          </a>
          <header className={styles['head']}>
            <MarkingBanner markings={shown} levels={levels} />
            <TopBar />
            <OfflineStrip />
            <ClockStrip />
            <ReleaseStrip />
            <StorageStrip />
          </header>
          <Rail />
          <div id="place" tabIndex={-1} className={styles['place']}>
            {children}
          </div>
          <Hint />
        </div>
      </MarkingColours>
    </MarkingsOnScreen>
  );
}

const NO_LEVELS: readonly Level[] = [];

/** Levels of the policy in force, lowest first. */
function useLevels(): readonly Level[] {
  const { desk } = useSession();
  const { data = NO_LEVELS } = useQuery({ queryKey: ['levels'], queryFn: () => desk.frame.levels() });
  return data;
}

interface MarkingBannerProps {
  readonly markings: readonly string[];
  readonly levels: readonly Level[];
}

/** The highest marking on the screen, always in sight. */
function MarkingBanner({ markings, levels }: MarkingBannerProps) {
  const highest = highestOf(markings, levels);
  if (!highest) return null;
  return (
    <div role="note" dir="ltr" className={styles['banner']} style={{ borderColor: highest.colour }}>
      {highest.text}
    </div>
  );
}

/** What can be done everywhere. */
function useFrameCommands(): void {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const otherRows = useLook('rows') === 'dense' ? 'roomy' : 'dense';
  const to = (id: string, keys: string, path: string, words: string) => ({
    ...{ id, keys, text: words },
    run: () => {
      go(path);
    },
  });
  useCommands([
    to('go.conversations', 'g c', '/conversations', text('command.conversations')),
    to('go.knowledge', 'g k', '/knowledge', text('command.knowledge')),
    to('go.profile', 'g p', '/profile', text('command.profile')),
    {
      id: 'rows',
      text: text(`command.rows.${otherRows}`),
      run: () => {
        chooseLook('rows', otherRows);
      },
    },
    { id: 'lock', text: text('command.lock'), run: () => void lock(desk) },
  ]);
}
