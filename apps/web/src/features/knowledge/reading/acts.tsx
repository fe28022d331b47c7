import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useBegun } from '../../../app/begun.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Check } from '../../../ui/check.js';
import { Choice } from '../../../ui/choice.js';
import { DayField } from '../../../ui/day.js';
import type { Hit, Paper, PlainLabel, Standing } from '../../../worker/knowledge/protocol.js';
import { Act } from '../Act.js';
import { useCollections } from '../home/CollectionTree.js';
import { LabelField } from '../LabelField.js';
import { PaperField } from '../PaperField.js';
import { PeopleField } from '../PeopleField.js';
import { plainLabel } from '../plainLabel.js';

export type PaperAct = 'propose' | 'dates' | 'acknowledge' | 'owner' | 'move' | 'downgrade' | 'supersede';

interface ActsProps {
  readonly paper: Paper;
  readonly standing: Standing;
  readonly onClose: () => void;
}

/** One act on a paper, in its dialog. */
export function PaperActs({ act, ...props }: ActsProps & { readonly act: PaperAct }) {
  switch (act) {
    case 'propose':
      return <Propose {...props} />;
    case 'dates':
      return <Dates {...props} />;
    case 'acknowledge':
      return <AskToRead {...props} />;
    case 'owner':
      return <HandOver {...props} />;
    case 'move':
      return <Move {...props} />;
    case 'downgrade':
      return <Downgrade {...props} />;
    case 'supersede':
      return <Supersede {...props} />;
  }
}

/** What was done shows at once. */
function useAct(paperId: string): (work: () => Promise<unknown>) => () => Promise<void> {
  const client = useQueryClient();
  return (work) => async () => {
    await work();
    await client.invalidateQueries({ queryKey: ['paper', paperId] });
  };
}

/** The end of a day that was typed; undefined without one. */
const endOf = (day: string): string | undefined => (day === '' ? undefined : `${day}T23:59:59.000Z`);

function Propose({ paper, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const act = useAct(paper.id);
  const begun = useBegun(`review ${paper.id}`, { people: new Array<string>(), day: '', note: '' });
  const { people, day, note } = begun.form;
  const dueAt = endOf(day);
  const reviewers = people.map((personId) => ({ personId, ...(dueAt !== undefined && { dueAt }) }));
  const run = act(() =>
    desk.writing.requestReview({ documentId: paper.id, version: paper.version.number, reviewers, note }),
  );
  return (
    <Act
      title={text('review.propose')}
      act={text('review.propose.do')}
      isReady={people.length > 0}
      run={run}
      onClose={onClose}
      begun={begun}
    >
      <PeopleField label={text('review.reviewers')} chosen={people} onChange={begun.set('people')} />
      <DayField label={text('review.deadline')} value={day} onChange={begun.set('day')} />
      <AreaField label={text('review.look')} rows={2} value={note} onChange={begun.set('note')} />
    </Act>
  );
}

function Dates({ paper, standing: { dates }, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const act = useAct(paper.id);
  const [reviewOn, setReviewOn] = useState(dates.reviewOn ?? '');
  const [expiresOn, setExpiresOn] = useState(dates.expiresOn ?? '');
  const run = act(() =>
    desk.knowledge.setDates({
      documentId: paper.id,
      ...(reviewOn !== '' && { reviewOn }),
      ...(expiresOn !== '' && { expiresOn }),
      ...(dates.declassifyOn !== null && { declassifyOn: dates.declassifyOn }),
      ...(dates.successor && {
        successor: plainLabel(dates.successor),
      }),
    }),
  );
  return (
    <Act title={text('act.dates')} act={text('dates.do')} run={run} onClose={onClose}>
      <DayField label={text('dates.review')} value={reviewOn} onChange={setReviewOn} />
      <DayField
        label={text('dates.expiry')}
        description={text('dates.expiry.help')}
        value={expiresOn}
        onChange={setExpiresOn}
      />
    </Act>
  );
}

function AskToRead({ paper, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const act = useAct(paper.id);
  const [id] = useState(() => crypto.randomUUID());
  const begun = useBegun(`to read ${paper.id}`, {
    people: new Array<string>(),
    day: '',
    note: '',
    everyVersion: false,
  });
  const { people, day, note, everyVersion } = begun.form;
  const dueAt = endOf(day);
  const input = { id, documentId: paper.id, personIds: people, everyVersion, note };
  const run = act(() => desk.knowledge.askAcknowledgement({ ...input, ...(dueAt !== undefined && { dueAt }) }));
  return (
    <Act
      title={text('act.acknowledge')}
      act={text('acknowledge.ask')}
      isReady={people.length > 0}
      run={run}
      onClose={onClose}
      begun={begun}
    >
      <PeopleField label={text('acknowledge.people')} chosen={people} onChange={begun.set('people')} />
      <DayField label={text('review.deadline')} value={day} onChange={begun.set('day')} />
      <Check label={text('acknowledge.every')} isSelected={everyVersion} onChange={begun.set('everyVersion')} />
      <AreaField label={text('review.look')} rows={2} value={note} onChange={begun.set('note')} />
    </Act>
  );
}

function HandOver({ paper, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const act = useAct(paper.id);
  const [people, setPeople] = useState<string[]>([]);
  const [person = ''] = people;
  return (
    <Act
      title={text('act.owner')}
      act={text('about.owner.do')}
      isReady={person !== ''}
      run={act(() => desk.knowledge.handOver(paper.id, person))}
      onClose={onClose}
    >
      <PeopleField
        label={text('about.owner')}
        chosen={people}
        onChange={(chosen) => {
          setPeople(chosen.slice(-1));
        }}
      />
    </Act>
  );
}

function Move({ paper, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const act = useAct(paper.id);
  const { data: collections = [] } = useCollections();
  const [place, setPlace] = useState<string>();
  const places = collections.filter(({ id, access }) => access !== 'READ' && id !== paper.collectionId);
  const run = act(async () => {
    await desk.knowledge.movePaper(paper.id, place ?? '');
    await client.invalidateQueries({ queryKey: ['knowledge'] });
  });
  return (
    <Act title={text('act.move')} act={text('move.do')} isReady={place !== undefined} run={run} onClose={onClose}>
      <p>{text(places.length === 0 ? 'move.nowhere' : 'move.help')}</p>
      {places.length > 0 && (
        <Choice
          label={text('move.to')}
          value={place}
          options={places.map(({ id, name }) => ({ id, text: name }))}
          onChange={setPlace}
        />
      )}
    </Act>
  );
}

function Downgrade({ paper, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const act = useAct(paper.id);
  const [id] = useState(() => crypto.randomUUID());
  const blank: { label: PlainLabel; reason: string } = { label: plainLabel(paper.label), reason: '' };
  const begun = useBegun(`downgrade ${paper.id}`, blank);
  const { label, reason } = begun.form;
  const input = { id, documentId: paper.id, baseVersion: paper.version.number, label, reason };
  return (
    <Act
      title={text('act.downgrade')}
      act={text('downgrade.do')}
      isReady={reason.trim() !== ''}
      run={act(() => desk.writing.requestDowngrade(input))}
      onClose={onClose}
      begun={begun}
    >
      <p>{text('downgrade.why')}</p>
      <LabelField value={label} onChange={begun.set('label')} />
      <AreaField label={text('downgrade.reason')} rows={3} value={reason} onChange={begun.set('reason')} />
    </Act>
  );
}

function Supersede({ paper, onClose }: ActsProps) {
  const { desk } = useSession();
  const text = useText();
  const act = useAct(paper.id);
  const [by, setBy] = useState<Hit['document']>();
  return (
    <Act
      title={text('act.supersede')}
      act={text('supersede.do')}
      isReady={by !== undefined}
      run={act(() => desk.writing.supersede(paper.id, by?.id ?? ''))}
      onClose={onClose}
    >
      <PaperField
        label={text('supersede.by')}
        except={paper.id}
        choose={({ document }) => {
          setBy(document);
        }}
      />
      {by && <p role="status">{text('supersede.chosen', { title: by.title })}</p>}
    </Act>
  );
}
