import { memo, useEffect, useRef, useState } from 'react';
import { rootCauses, type Moment } from '../../../simulator/index.ts';
import type { TimeRange } from '../../film/time-axis.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { useKeys } from '../use-keys.ts';
import { FleetLists } from './fleet-lists.tsx';
import { LogView } from './log-view.tsx';
import { SequenceView } from './sequence-view.tsx';

interface Props {
  readonly history: ShownRun;
  readonly moment: Moment;
  /** The part of the run that the time axis shows; `null` for all. */
  readonly range: TimeRange | null;
  readonly chosen: number;
  readonly onChoose: (host: number) => void;
  readonly onSeek: (time: number) => void;
  readonly onOpen: (host: number) => void;
  readonly onRecord: ((hostname: string) => void) | null;
}

const tabs = ['why', 'log', 'messages'] as const;
type Tab = (typeof tabs)[number];
const titles: { readonly [Each in Tab]: string } = { why: 'Why', log: 'Log', messages: 'Messages' };

/** What needs attention, the log, and the messages of the selected host, all at the displayed moment. */
export const RunAside = memo(function RunAside(props: Props) {
  const { history, moment, chosen, onChoose, onSeek, onRecord } = props;
  const [tab, setTab] = useState<Tab>('why');
  const panel = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState(0);
  useKeys({
    ...Object.fromEntries(tabs.map((each, index) => [String(index + 1), () => setTab(each)])),
    // Without a selection, the host that most others wait for.
    w: () => {
      if (chosen < 0) onChoose(rootCauses(moment)[0]?.roots[0]?.number ?? -1);
      setTab('why');
      setAsked((old) => old + 1);
    },
  });
  useEffect(() => {
    if (asked > 0) (panel.current?.querySelector<HTMLElement>('.host-detail h3') ?? panel.current)?.focus();
  }, [asked]);
  const { time } = moment;
  const hostname = history.hosts[chosen]?.hostname;
  return (
    <aside className="run-aside" aria-label="Why, log and messages">
      <div className="tabs" role="tablist" aria-label="About the run">
        {tabs.map((each, index) => (
          <button
            key={each}
            type="button"
            role="tab"
            aria-selected={tab === each}
            aria-keyshortcuts={String(index + 1)}
            onClick={() => setTab(each)}
          >
            {titles[each]} <kbd>{index + 1}</kbd>
          </button>
        ))}
      </div>
      <div className={`tab-panel is-${tab}`} role="tabpanel" aria-label={titles[tab]} tabIndex={-1} ref={panel}>
        {tab === 'why' && <FleetLists {...props} />}
        {tab === 'log' && (
          <LogView
            history={history}
            time={time}
            range={props.range}
            chosen={chosen}
            onChoose={onChoose}
            onSeek={onSeek}
          />
        )}
        {tab === 'messages' && (
          <SequenceView
            history={history}
            host={chosen}
            time={time}
            onSeek={onSeek}
            onRecord={onRecord === null || hostname === undefined ? null : () => onRecord(hostname)}
          />
        )}
      </div>
    </aside>
  );
});
