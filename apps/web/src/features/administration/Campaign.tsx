import { useState } from 'react';
import { useIntl } from 'react-intl';

import type { CampaignHolderView } from '#client';

import type { CampaignFile } from '../../worker/keys/protocol.js';
import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Chart } from '../../ui/chart.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { Progress } from '../../ui/progress.js';
import { Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { useToast } from '../../ui/toast.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { stateOf } from './Campaigns.js';
import { Confirm, Loaded, Part, Sheet } from './parts.js';

const AGAIN_MS = 3_000;

/** How far a campaign is, who holds it back, and until when. */
export default function Campaign({ id }: { readonly id: string }) {
  const query = useAsked(['campaign', id], (desk) => desk.keys.campaign(id), AGAIN_MS);
  return <Loaded query={query}>{(campaign) => <FileOf campaign={campaign} />}</Loaded>;
}

function FileOf({ campaign }: { readonly campaign: CampaignFile }) {
  const text = useText();
  const { members, membersDone, groups, groupsDone, endedAt, heldBackBy } = campaign;
  return (
    <Sheet title={text('campaign.title')} actions={endedAt === undefined && <Actions campaign={campaign} />}>
      <Scope campaign={campaign} />
      <Part title={text('campaign.progress')}>
        <Progress label={text('campaign.devices')} done={membersDone} total={members} />
        <Progress label={text('campaign.conversations')} done={groupsDone} total={groups} />
      </Part>
      <ByDay campaign={campaign} />
      <OverTime campaign={campaign} />
      <Part title={text('campaign.heldBack')}>
        <Holders holders={heldBackBy} />
      </Part>
    </Sheet>
  );
}

function Scope({ campaign }: { readonly campaign: CampaignFile }) {
  const text = useText();
  const { data: posts = [] } = useAsked(['posts'], (desk) => desk.administration.posts());
  const names = campaign.postIds?.map((id) => posts.find((post) => post.id === id)?.name ?? id);
  const scope = [...(campaign.levels ?? []), ...(names ?? [])].join(' · ');
  return (
    <Facts
      facts={[
        [text('office.state'), text(stateOf(campaign))],
        [text('campaign.begun'), <When time={campaign.startedAt} />],
        [text('campaign.deadline'), <When time={campaign.deadline} />],
        [text('campaign.scope'), scope === '' ? text('campaign.everything') : scope],
        ...(campaign.suite === undefined ? [] : ([[text('campaign.suite'), campaign.suite]] as const)),
      ]}
    />
  );
}

/** What was counted last on each day, and today what is so now. */
function ByDay({ campaign: { days, members, membersDone, endedAt } }: { readonly campaign: CampaignFile }) {
  const text = useText();
  const intl = useIntl();
  const today = new Date().toISOString().slice(0, 10);
  const way = [
    ...days.filter(({ day }) => day !== today || endedAt !== undefined),
    ...(endedAt === undefined ? [{ day: today, members, membersDone }] : []),
  ];
  if (way.length === 0) return null;
  const points = (of: (day: (typeof way)[number]) => number) =>
    way.map((one) => ({
      x: intl.formatDate(one.day, { day: 'numeric', month: 'short', timeZone: 'UTC' }),
      y: of(one),
    }));
  return (
    <Chart
      title={text('campaign.byDay')}
      series={[
        { label: text('campaign.withNewKeys'), points: points((one) => one.membersDone) },
        { label: text('campaign.all'), points: points((one) => one.members) },
      ]}
    />
  );
}

/** How many devices held it back each time they were counted, and now. */
function OverTime({ campaign: { reminders, heldBackBy } }: { readonly campaign: CampaignFile }) {
  const text = useText();
  const intl = useIntl();
  const placed = (time: string): string =>
    intl.formatDate(time, { day: 'numeric', month: 'short', hour: 'numeric', minute: 'numeric' });
  const points = [
    ...reminders.map(({ at, devices, reason }) => ({
      x: `${placed(at)} (${text(`campaign.reminder.${reason}` as TextId)})`,
      y: devices,
    })),
    { x: text('campaign.now'), y: heldBackBy.length },
  ];
  return <Chart title={text('campaign.overTime')} series={[{ label: text('campaign.heldBack'), points }]} />;
}

function Actions({ campaign: { id, heldBackBy } }: { readonly campaign: CampaignFile }) {
  const text = useText();
  const tell = useToast();
  const [isEnding, setEnding] = useState(false);
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const remind = useAct(
    (desk) => desk.keys.remind(id),
    () => {
      tell(text('campaign.reminded'));
    },
  );
  const close = (): void => {
    setEnding(false);
  };
  const end = useAct((desk) => desk.keys.end(id), close);
  if (standing?.powers.includes('revoke') !== true) return null;
  return (
    <>
      <Failure error={remind.error} />
      <Button
        isBusy={remind.isPending}
        isDisabled={heldBackBy.length === 0}
        onPress={() => {
          remind.mutate(undefined);
        }}
      >
        {text('campaign.remind')}
      </Button>
      <Button
        manner="danger"
        onPress={() => {
          setEnding(true);
        }}
      >
        {text('campaign.end')}
      </Button>
      <Confirm
        title={text('campaign.end')}
        isOpen={isEnding}
        onClose={close}
        verb={text('campaign.end')}
        onConfirm={() => {
          end.mutate(undefined);
        }}
        isBusy={end.isPending}
        error={end.error}
        happens={[text('campaign.endHappens', { count: heldBackBy.length })]}
        forGood={[text('campaign.endForGood')]}
      />
    </>
  );
}

function Holders({ holders }: { readonly holders: readonly CampaignHolderView[] }) {
  const text = useText();
  const cell = (holder: CampaignHolderView, column: string): React.ReactNode => {
    if (column === 'person') return <bdi>{holder.personName}</bdi>;
    if (column === 'device') return <bdi>{holder.deviceName}</bdi>;
    return holder.groups;
  };
  return (
    <Table
      label={text('campaign.heldBack')}
      columns={[
        { id: 'person', text: text('person.name'), isRowHeader: true },
        { id: 'device', text: text('device.name') },
        { id: 'groups', text: text('campaign.toDo') },
      ]}
      rows={holders}
      rowId={({ deviceId }) => deviceId}
      cell={cell}
      empty={<p className={styles['good']}>{text('campaign.nobody')}</p>}
    />
  );
}
