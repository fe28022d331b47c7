import { useState } from 'react';
import { useLocation } from 'wouter';

import type { CampaignView } from '#client';

import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Progress } from '../../ui/progress.js';
import { Empty } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import { useAsked } from './asking.js';
import { CampaignForm } from './CampaignForm.js';
import { Loaded, Sheet } from './parts.js';

const AGAIN_MS = 10_000;

/** Every device of a scope changes its keys by a deadline. */
export default function Campaigns() {
  const text = useText();
  const [, go] = useLocation();
  const [isStarting, setStarting] = useState(false);
  const query = useAsked(['campaigns'], (desk) => desk.keys.campaigns(), AGAIN_MS);
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const start = (
    <Button
      manner="main"
      onPress={() => {
        setStarting(true);
      }}
    >
      {text('campaign.start')}
    </Button>
  );
  const open = ({ id }: Pick<CampaignView, 'id'>): void => {
    go(`/administration/campaigns/${id}`);
  };
  const mayStart = standing?.powers.includes('revoke') === true && !isStarting;
  return (
    <Sheet title={text('office.campaigns')} actions={mayStart && start}>
      {isStarting && (
        <CampaignForm
          onDone={open}
          onClose={() => {
            setStarting(false);
          }}
        />
      )}
      <Loaded query={query}>{(campaigns) => <CampaignTable campaigns={campaigns} onOpen={open} />}</Loaded>
    </Sheet>
  );
}

interface CampaignTableProps {
  readonly campaigns: readonly CampaignView[];
  readonly onOpen: (campaign: CampaignView) => void;
}

function CampaignTable({ campaigns, onOpen }: CampaignTableProps) {
  const text = useText();
  const cell = (campaign: CampaignView, column: string): React.ReactNode => {
    if (column === 'begun') return <When time={campaign.startedAt} />;
    if (column === 'deadline') return <When time={campaign.deadline} />;
    if (column === 'state') return text(stateOf(campaign));
    const { membersDone, members } = campaign;
    return <Progress label={text('campaign.devices')} done={membersDone} total={members} />;
  };
  return (
    <Table
      label={text('office.campaigns')}
      columns={[
        { id: 'begun', text: text('campaign.begun'), isRowHeader: true },
        { id: 'deadline', text: text('campaign.deadline') },
        { id: 'state', text: text('office.state') },
        { id: 'progress', text: text('campaign.progress') },
      ]}
      rows={campaigns}
      rowId={({ id }) => id}
      cell={cell}
      onOpen={onOpen}
      empty={<Empty title={text('campaign.none')} />}
    />
  );
}

export function stateOf({ endedAt, deadline }: CampaignView): 'campaign.ended' | 'campaign.late' | 'campaign.running' {
  if (endedAt !== undefined) return 'campaign.ended';
  return Date.parse(deadline) < Date.now() ? 'campaign.late' : 'campaign.running';
}
