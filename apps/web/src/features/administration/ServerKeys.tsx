import { useState } from 'react';

import type { ServerKeyView } from '#client';

import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { Code, Confirm, Loaded } from './parts.js';

/** What the server signs with: it counts only as officers' statements name it. */
export function ServerKeys() {
  const query = useAsked(['serverKeys'], (desk) => desk.keys.serverKeys());
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  return (
    <Loaded query={query}>
      {(keys) => (
        <div className={styles['part']}>
          <KeyTable keys={keys} />
          {standing?.mayAppoint === true && <Actions keys={keys} />}
        </div>
      )}
    </Loaded>
  );
}

function KeyTable({ keys }: { readonly keys: readonly ServerKeyView[] }) {
  const text = useText();
  const cell = (key: ServerKeyView, column: string): React.ReactNode => {
    if (column === 'purpose') return text(`serverKey.${key.purpose}` as TextId);
    if (column === 'state') return text(`serverKey.state.${key.state}` as TextId);
    return <Code>{key.key}</Code>;
  };
  return (
    <Table
      label={text('log.serverKeys')}
      columns={[
        { id: 'purpose', text: text('serverKey.purpose'), isRowHeader: true },
        { id: 'state', text: text('office.state') },
        { id: 'key', text: text('serverKey.key') },
      ]}
      rows={keys}
      rowId={({ key }) => key}
      cell={cell}
      empty={<p className={styles['quiet']}>{text('serverKey.none')}</p>}
    />
  );
}

function Actions({ keys }: { readonly keys: readonly ServerKeyView[] }) {
  const text = useText();
  const [renewing, setRenewing] = useState<ServerKeyView['purpose']>();
  const close = (): void => {
    setRenewing(undefined);
  };
  const adopt = useAct((desk) => desk.keys.adoptServerKeys());
  const rotate = useAct((desk) => desk.keys.rotateServerKey(renewing ?? 'log'), close);
  return (
    <>
      <Failure error={adopt.error} />
      <div className={styles['row']}>
        {(['log', 'delivery'] as const).map((purpose) => (
          <Button
            key={purpose}
            onPress={() => {
              setRenewing(purpose);
            }}
          >
            {text(`serverKey.renew.${purpose}`)}
          </Button>
        ))}
        {keys.some(({ state }) => state === 'pending') && (
          <Button
            isBusy={adopt.isPending}
            onPress={() => {
              adopt.mutate(undefined);
            }}
          >
            {text('serverKey.adopt')}
          </Button>
        )}
      </div>
      <Confirm
        title={text(`serverKey.renew.${renewing ?? 'log'}`)}
        isOpen={renewing !== undefined}
        onClose={close}
        verb={text('office.sign')}
        onConfirm={() => {
          rotate.mutate(undefined);
        }}
        isBusy={rotate.isPending}
        error={rotate.error}
        happens={[text('serverKey.happens')]}
        forGood={[text('serverKey.forGood')]}
      />
    </>
  );
}
