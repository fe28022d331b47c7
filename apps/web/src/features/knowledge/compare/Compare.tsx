import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';

import { failureOf } from '../../../app/failure.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Choice } from '../../../ui/choice.js';
import { ActionLink, Button } from '../../../ui/controls.js';
import { Banner } from '../../../ui/marking.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { Change } from '../../../worker/knowledge/protocol.js';
import { Missing } from '../reading/Paper.js';
import { usePaper } from '../reading/usePaper.js';
import { useVersions } from '../reading/Versions.js';
import { Changes } from './Changes.js';
import styles from './compare.module.css';

/** What changed between two versions, block by block and word by word? */
export function Compare({ id }: { readonly id: string }) {
  const paper = usePaper(id);
  const failure = failureOf(paper);
  if (failure) return <Missing error={failure} />;
  if (!paper.data) return <Skeleton rows={8} />;
  const { title, version, marking } = paper.data;
  return <Comparing id={id} title={title} newest={version.number} marking={marking} />;
}

interface ComparingProps {
  readonly id: string;
  readonly title: string;
  readonly newest: number;
  readonly marking: string;
}

function Comparing({ id, title, newest, marking }: ComparingProps) {
  const text = useText();
  const asked = new URLSearchParams(useSearch());
  const to = numberIn(asked.get('to')) ?? newest;
  const from = numberIn(asked.get('from')) ?? Math.max(1, newest - 1);
  const [isInline, setInline] = useState(false);
  return (
    <main className={styles['compare']}>
      <Banner text={marking} />
      <header className={styles['head']}>
        <h1>{text('compare.title')}</h1>
        <ActionLink to={`/papers/${id}`}>
          <bdi>{title}</bdi>
        </ActionLink>
        <Button
          aria-pressed={isInline}
          onPress={() => {
            setInline(!isInline);
          }}
        >
          {text(isInline ? 'compare.beside' : 'compare.inline')}
        </Button>
      </header>
      <div className={styles['versions']}>
        <Chooser id={id} from={from} to={to} />
      </div>
      <Answer id={id} from={from} to={to} isInline={isInline} />
    </main>
  );
}

const numberIn = (asked: string | null): number | undefined =>
  asked !== null && /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : undefined;

function Chooser({ id, from, to }: { readonly id: string; readonly from: number; readonly to: number }) {
  const text = useText();
  const [, go] = useLocation();
  const versions = useVersions(id).data?.pages.flatMap(({ items }) => items) ?? [];
  const options = versions.map(({ number }) => ({ id: String(number), text: text('version.number', { number }) }));
  const ask = (nextFrom: string, nextTo: string): void => {
    go(`/papers/${id}/compare?from=${nextFrom}&to=${nextTo}`);
  };
  return (
    <>
      <Choice
        label={text('compare.from')}
        value={String(from)}
        options={options}
        onChange={(next) => {
          ask(next, String(to));
        }}
      />
      <Choice
        label={text('compare.to')}
        value={String(to)}
        options={options}
        onChange={(next) => {
          ask(String(from), next);
        }}
      />
    </>
  );
}

interface AnswerProps {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  readonly isInline: boolean;
}

function Answer({ id, from, to, isInline }: AnswerProps) {
  const { desk } = useSession();
  const text = useText();
  const { data, error, refetch } = useQuery({
    queryKey: ['paper', id, 'compare', from, to],
    queryFn: () => desk.knowledge.compare(id, from, to),
  });
  const failure = failureOf({ data, error });
  if (failure) return <Failure error={failure} retry={() => void refetch()} />;
  if (!data) return <Skeleton rows={6} />;
  const changed = data.filter(isChanged).length;
  return (
    <>
      <p role="status" className={styles['quiet']}>
        {text('compare.changed', { count: changed })}
      </p>
      <Changes changes={data} isInline={isInline} />
    </>
  );
}

const isChanged = ({ kind, moved }: Change): boolean => kind !== 'UNCHANGED' || moved;
