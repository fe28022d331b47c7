import { useState } from 'react';
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import { useLocation } from 'wouter';

import { useNames } from '../../features/knowledge/words.js';
import { useText, useTroubleText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { ContentMarking } from '../../ui/marking.js';
import { DeskError } from '../desk.js';
import { Keys } from './Keys.js';
import styles from './Palette.module.css';
import { useFinds } from './finds.js';
import type { Find } from './finds.js';

/** What comes from the server stands last, so that nothing moves under the hand. */
const KINDS = ['conversation', 'person', 'command', 'paper'] as const;

/** Anything by its name: people, conversations, papers, and what can be done here. */
export default function Palette({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      className={styles['overlay'] ?? ''}
    >
      <Modal className={styles['modal'] ?? ''}>
        <Dialog aria-label={text('palette.title')} className={styles['dialog'] ?? ''}>
          <Finder onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Finder({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const [, go] = useLocation();
  const [typed, type] = useState('');
  const { finds, isSearching, error } = useFinds(typed);
  const take = (key: string): void => {
    const find = finds.find((one) => keyOf(one) === key);
    onClose();
    find?.run?.();
    if (find?.path === undefined) return;
    go(find.path);
    setTimeout(() => document.getElementById('place')?.focus()); // after the palette is gone
  };
  return (
    <Autocomplete inputValue={typed} onInputChange={type}>
      <header className={styles['head']}>
        <SearchField aria-label={text('palette.title')} autoFocus className={styles['field'] ?? ''}>
          <Input
            {...(typed !== '' && { dir: 'auto' })} // while it is empty, the hint stands where the language begins
            placeholder={text('palette.hint')}
            className={styles['input'] ?? ''}
            onKeyDown={({ key }) => {
              if (key === 'Escape') onClose(); // at once, where a field of a search would only be emptied
            }}
          />
        </SearchField>
        <span className={styles['close']}>
          <Button manner="quiet" aria-label={text('ui.close')} onPress={onClose}>
            <span aria-hidden="true">✕</span>
          </Button>
        </span>
      </header>
      <p role="status" className={styles['state']}>
        <State count={finds.length} isSearching={isSearching} error={error} />
      </p>
      <Menu
        aria-label={text('palette.finds')}
        onAction={(key) => {
          take(String(key));
        }}
        className={styles['finds'] ?? ''}
      >
        {KINDS.map((kind) => ({ kind, own: finds.filter((find) => find.kind === kind) }))
          .filter(({ own }) => own.length > 0)
          .map(({ kind, own }) => (
            <MenuSection key={kind} id={kind}>
              <Header className={styles['kind'] ?? ''}>{text(`palette.${kind}`)}</Header>
              {own.map((find) => (
                <Item key={keyOf(find)} find={find} />
              ))}
            </MenuSection>
          ))}
      </Menu>
    </Autocomplete>
  );
}

const keyOf = ({ kind, id }: Find): string => `${kind} ${id}`;

function Item({ find }: { readonly find: Find }) {
  const { text, marking, kind, about } = find;
  const names = useNames();
  const said = kind === 'paper' && about !== undefined ? names.kind(about) : about;
  return (
    <MenuItem id={keyOf(find)} textValue={text} className={styles['find'] ?? ''}>
      <bdi className={styles['text']}>{text}</bdi>
      {marking !== undefined && <ContentMarking text={marking} />}
      {kind === 'command'
        ? about !== undefined && <Keys keys={about} />
        : said !== undefined && <bdi className={styles['about']}>{said}</bdi>}
    </MenuItem>
  );
}

interface StateProps {
  readonly count: number;
  readonly isSearching: boolean;
  readonly error: Error | null;
}

function State({ count, isSearching, error }: StateProps) {
  const text = useText();
  const say = useTroubleText();
  if (error) return error instanceof DeskError ? say(error.trouble) : text('ui.failed');
  return isSearching ? text('palette.searching') : text('palette.count', { count });
}
