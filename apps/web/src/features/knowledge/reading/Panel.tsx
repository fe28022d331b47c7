import { useText } from '../../../text/text.js';
import { Tabs } from '../../../ui/tabs.js';
import type { Paper, Standing } from '../../../worker/knowledge/protocol.js';
import { About } from './About.js';
import { Backlinks, Citations } from './Citations.js';
import { Comments } from './Comments.js';
import styles from './reading.module.css';
import { Versions } from './Versions.js';

interface PanelProps {
  readonly paper: Paper;
  readonly standing: Standing | undefined;
  readonly about: string | null | undefined;
  readonly setAbout: (about: string | null | undefined) => void;
}

/** Beside the paper: what is said of it, what it cites and who cites it, its history, its dates and owner. */
export function Panel({ paper, standing, about, setAbout }: PanelProps) {
  const text = useText();
  const citations = (
    <>
      <Citations paperId={paper.id} />
      <Backlinks paperId={paper.id} />
    </>
  );
  return (
    <aside aria-label={text('paper.panel')} className={styles['panel']}>
      <Tabs
        key={about === undefined ? 'panel' : 'comments'}
        label={text('paper.panel')}
        tabs={[
          {
            id: 'comments',
            text: text('comment.title'),
            content: <Comments paper={paper} about={about} setAbout={setAbout} />,
          },
          { id: 'citations', text: text('citation.title'), content: citations },
          { id: 'versions', text: text('version.title'), content: <Versions paper={paper} /> },
          { id: 'about', text: text('about.title'), content: <About paper={paper} standing={standing} /> },
        ]}
      />
    </aside>
  );
}
