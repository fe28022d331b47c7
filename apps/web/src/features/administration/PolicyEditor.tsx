import { useState } from 'react';

import type { SecurityPolicy } from '#policy';

import type { Consequences } from '../../worker/policies/protocol.js';
import { useBegun } from '../../app/begun.js';
import { useText } from '../../text/text.js';
import { Button, Field } from '../../ui/controls.js';
import { StartOver } from '../../ui/startOver.js';
import { Failure } from '../../ui/states.js';
import { useToast } from '../../ui/toast.js';
import styles from './Administration.module.css';
import { useAct, useAsked, useCheck } from './asking.js';
import { Confirm, Part, Sheet } from './parts.js';
import { useFaultWords } from './faultWords.js';
import { PolicyCategories } from './PolicyCategories.js';
import { PolicyConsequences } from './PolicyConsequences.js';
import { PolicyEquivalences } from './PolicyEquivalences.js';
import { PolicyLevels } from './PolicyLevels.js';
import { PolicySuccessors } from './PolicySuccessors.js';
import type { EditProps } from './policyDraft.js';

interface PolicyEditorProps {
  readonly current: SecurityPolicy;
  readonly start: SecurityPolicy;
  /** What it is kept under until it is proposed. */
  readonly name: string;
  readonly onClose: () => void;
}

/** The next policy as a form: nothing is proposed before it was shown who gains and who loses by it. */
export function PolicyEditor({ current, start, name, onClose }: PolicyEditorProps) {
  const text = useText();
  const begun = useBegun(name, { policy: start });
  const { policy } = begun.form;
  const setPolicy = begun.set('policy');
  const [seen, setSeen] = useState<{ readonly policy: SecurityPolicy; readonly consequences: Consequences }>();
  const { data: fault } = useAsked(['policyCheck', JSON.stringify(policy)], async (desk) => ({
    found: await desk.policies.check(policy),
  }));
  const faultWords = useFaultWords();
  const preview = useCheck(
    (desk) => desk.policies.preview(policy),
    (consequences) => {
      setSeen({ policy, consequences });
    },
  );
  const isSeen = seen?.policy === policy;
  return (
    <Sheet
      title={text('policy.change')}
      actions={
        <>
          <StartOver begun={begun} />
          <Button onPress={onClose}>{text('office.cancel')}</Button>
        </>
      }
    >
      <Data policy={policy} onChange={setPolicy} current={current} />
      {fault?.found && (
        <p role="status" className={styles['warning']}>
          {faultWords(fault.found)}
        </p>
      )}
      <Failure error={preview.error} />
      <div>
        <Button
          manner="main"
          isBusy={preview.isPending}
          isDisabled={fault?.found !== undefined}
          onPress={() => {
            preview.mutate(undefined);
          }}
        >
          {text('policy.preview')}
        </Button>
      </div>
      {isSeen && <PolicyConsequences consequences={seen.consequences} />}
      {isSeen && seen.consequences.lost.length === 0 && (
        <Propose
          policy={policy}
          consequences={seen.consequences}
          onDone={() => {
            begun.forget();
            onClose();
          }}
        />
      )}
    </Sheet>
  );
}

/** All that a policy is made of. */
function Data({ current, ...edit }: EditProps & { readonly current: SecurityPolicy }) {
  const { policy, onChange } = edit;
  const text = useText();
  return (
    <>
      <Field
        label={text('policy.name')}
        value={policy.name}
        onChange={(name) => {
          onChange({ ...policy, name });
        }}
      />
      <Part title={text('policy.levels')}>
        <PolicyLevels {...edit} />
      </Part>
      <Part title={text('policy.categories')}>
        <PolicyCategories {...edit} />
      </Part>
      <Part title={text('policy.equivalences')}>
        <PolicyEquivalences {...edit} />
      </Part>
      <PolicySuccessors {...edit} current={current} />
    </>
  );
}

interface ProposeProps {
  readonly policy: SecurityPolicy;
  readonly consequences: Consequences;
  readonly onDone: () => void;
}

function Propose({ policy, consequences: { people }, onDone }: ProposeProps) {
  const text = useText();
  const tell = useToast();
  const [isAsking, setAsking] = useState(false);
  const propose = useAct(
    (desk) => desk.policies.propose(policy),
    () => {
      tell(text('approvals.proposed'));
      onDone();
    },
  );
  const losing = people.filter(({ lostPapers, lostConversations }) => lostPapers + lostConversations > 0).length;
  const gaining = people.filter(
    ({ gainedPapers, gainedConversations }) => gainedPapers + gainedConversations > 0,
  ).length;
  return (
    <div>
      <Button
        manner="danger"
        onPress={() => {
          setAsking(true);
        }}
      >
        {text('approvals.propose')}
      </Button>
      <Confirm
        title={text('policy.propose')}
        isOpen={isAsking}
        onClose={() => {
          setAsking(false);
        }}
        verb={text('approvals.propose')}
        onConfirm={() => {
          propose.mutate(undefined);
        }}
        isBusy={propose.isPending}
        error={propose.error}
        happens={[text('evacuation.asks'), text('policy.changes', { losing, gaining })]}
        forGood={[text('forGood.policy')]}
      />
    </div>
  );
}
