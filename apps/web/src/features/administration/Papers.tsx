import { useState } from 'react';
import { Link } from 'wouter';

import type { LeftDraft, Orphan } from '../../worker/house/protocol.js';
import { useText } from '../../text/text.js';
import { Check } from '../../ui/check.js';
import { Button } from '../../ui/controls.js';
import { ContentMarking } from '../../ui/marking.js';
import { Empty, Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { useToast } from '../../ui/toast.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { Confirm, Loaded, Part, Sheet } from './parts.js';
import { PersonChoice } from './PersonChoice.js';

/** What people left behind when they left a post. */
export default function Papers() {
  const text = useText();
  const orphans = useAsked(['orphans'], (desk) => desk.house.orphans());
  const drafts = useAsked(['leftDrafts'], (desk) => desk.house.leftDrafts());
  return (
    <Sheet title={text('office.papers')}>
      <p className={styles['quiet']}>{text('papers.about')}</p>
      <Part title={text('papers.orphans')}>
        <Loaded query={orphans}>{(rows) => <Orphans orphans={rows} />}</Loaded>
      </Part>
      <Part title={text('papers.drafts')}>
        <Loaded query={drafts}>{(rows) => <Drafts drafts={rows} />}</Loaded>
      </Part>
    </Sheet>
  );
}

function Orphans({ orphans }: { readonly orphans: readonly Orphan[] }) {
  const text = useText();
  const tell = useToast();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [personId, setPerson] = useState<string>();
  const give = useAct(
    (desk, heir: string) => desk.house.handOver(chosen, heir),
    () => {
      tell(text('papers.given', { count: chosen.length }));
      setChosen([]);
    },
  );
  if (orphans.length === 0) return <p className={styles['good']}>{text('papers.none')}</p>;
  return (
    <div className={styles['part']}>
      <OrphanTable orphans={orphans} chosen={chosen} onChoose={setChosen} />
      <div className={styles['row']}>
        <PersonChoice label={text('papers.heir')} personId={personId} onChange={setPerson} />
        <Button
          manner="main"
          isBusy={give.isPending}
          isDisabled={chosen.length === 0 || personId === undefined}
          onPress={() => {
            if (personId !== undefined) give.mutate(personId);
          }}
        >
          {text('papers.give', { count: chosen.length })}
        </Button>
      </div>
      <Failure error={give.error} />
    </div>
  );
}

interface OrphanTableProps {
  readonly orphans: readonly Orphan[];
  readonly chosen: readonly string[];
  readonly onChoose: (chosen: readonly string[]) => void;
}

function OrphanTable({ orphans, chosen, onChoose }: OrphanTableProps) {
  const text = useText();
  const cell = ({ id, title, label, owner }: Orphan, column: string): React.ReactNode => {
    if (column === 'title') {
      return (
        <Link to={`/papers/${id}`}>
          <bdi>{title}</bdi>
        </Link>
      );
    }
    if (column === 'label') return <ContentMarking text={label.marking} />;
    if (column === 'since') return owner && <When time={owner.since} style="date" />;
    const isChosen = chosen.includes(id);
    return (
      <Check
        label={text('papers.choose', { title })}
        isSelected={isChosen}
        onChange={(isSelected) => {
          onChoose(isSelected ? [...chosen, id] : chosen.filter((one) => one !== id));
        }}
      />
    );
  };
  return (
    <Table
      label={text('papers.orphans')}
      columns={[
        { id: 'title', text: text('papers.title'), isRowHeader: true },
        { id: 'label', text: text('policy.marking') },
        { id: 'since', text: text('papers.since') },
        { id: 'choose', text: text('office.do') },
      ]}
      rows={orphans}
      rowId={({ id }) => id}
      cell={cell}
      empty={null}
    />
  );
}

function Drafts({ drafts }: { readonly drafts: readonly LeftDraft[] }) {
  const text = useText();
  const [discarding, setDiscarding] = useState<LeftDraft>();
  const close = (): void => {
    setDiscarding(undefined);
  };
  const take = useAct((desk, id: string) => desk.house.takeOverDraft(id));
  const discard = useAct((desk) => desk.house.discardDraft(discarding?.id ?? ''), close);
  const cell = (draft: LeftDraft, column: string): React.ReactNode => {
    if (column === 'title') return <bdi>{draft.title}</bdi>;
    if (column === 'author') return <bdi>{draft.authorName}</bdi>;
    if (column === 'left') return <When time={draft.leftAt} style="date" />;
    return (
      <div className={styles['row']}>
        <Button
          aria-label={text('papers.takeNamed', { title: draft.title })}
          onPress={() => {
            take.mutate(draft.id);
          }}
        >
          {text('papers.take')}
        </Button>
        <Button
          manner="danger"
          aria-label={text('papers.discardNamed', { title: draft.title })}
          onPress={() => {
            setDiscarding(draft);
          }}
        >
          {text('papers.discard')}
        </Button>
      </div>
    );
  };
  return (
    <>
      <Failure error={take.error} />
      <Table
        label={text('papers.drafts')}
        columns={[
          { id: 'title', text: text('papers.title'), isRowHeader: true },
          { id: 'author', text: text('person.name') },
          { id: 'left', text: text('papers.left') },
          { id: 'do', text: text('office.do') },
        ]}
        rows={drafts}
        rowId={({ id }) => id}
        cell={cell}
        empty={<Empty title={text('papers.noDrafts')} />}
      />
      <Confirm
        title={text('papers.discardNamed', { title: discarding?.title ?? '' })}
        isOpen={discarding !== undefined}
        onClose={close}
        verb={text('papers.discard')}
        onConfirm={() => {
          discard.mutate(undefined);
        }}
        isBusy={discard.isPending}
        error={discard.error}
        happens={[text('papers.discardHappens')]}
        forGood={[text('papers.discardForGood')]}
      />
    </>
  );
}
