import { type Moment, whyLines, whyWaiting, type Why } from '../../../simulator/index.ts';
import { eventText } from '../../run-file/event-text.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { StateBadge } from '../state-badge.tsx';
import { formatClock, shortName } from '../../../text/index.ts';

interface DetailProps {
  readonly history: ShownRun;
  readonly host: number;
  readonly moment: Moment;
  readonly onChoose: (host: number) => void;
  readonly onSeek: (time: number) => void;
  readonly onOpen: (host: number) => void;
  readonly onClose: () => void;
}

/** The time line of one host. */
export function HostDetail({ history, host: number, moment, onChoose, onSeek, onOpen, onClose }: DetailProps) {
  const host = history.hosts[number];
  if (host === undefined) return null;
  const { file } = history;
  const rows = history.eventsOf(number).flatMap((event) => {
    const text = eventText(event);
    return text === null ? [] : [{ runMs: event.runMs, text }];
  });
  const { time } = moment;
  const why = whyWaiting(moment, host);
  const { state, dispatch } = moment.viewOf(host);
  const hasNotStarted = state === 'Pending' && dispatch === null;
  return (
    <section className="host-detail" data-testid="host-detail">
      <div className="row between">
        <h3 tabIndex={-1}>
          <bdi>{host.hostname}</bdi>
        </h3>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close the host">
          ✕
        </button>
      </div>
      <p>
        {hasNotStarted ? 'Not started' : <StateBadge state={state} />}{' '}
        <small>
          wave {host.wave} of {shortName(file.rollouts[host.rollout]?.rolloutId ?? '')}
        </small>
      </p>
      {why !== null && (
        <div data-testid="held-by" data-held-by={why.holding?.blocker.heldBy}>
          <WhyList why={why} onChoose={onChoose} />
        </div>
      )}
      <button type="button" onClick={() => onOpen(number)}>
        Open its history on the chart
      </button>
      <ol>
        {rows.map(({ runMs, text }, index) => (
          // The history only grows, so an index always means the same row.
          <li key={index} className={runMs > time ? 'is-later' : ''}>
            <button type="button" className="quiet" onClick={() => onSeek(runMs)}>
              <small>{formatClock(runMs)}</small> <span>{text}</span>
            </button>
          </li>
        ))}
      </ol>
      {file.keep !== 'all' && (
        <p className="hint">Probe results that repeat the last one are left out of a run of this size.</p>
      )}
    </section>
  );
}

interface WhyProps {
  readonly why: Why;
  readonly onChoose: (host: number) => void;
}

/** Why a host waits, down to the root, and what to do about it. Each line links to its host. */
const WhyList = ({ why, onChoose }: WhyProps) => (
  <ol className="why" aria-label={`Why ${why.host.hostname} waits`}>
    {whyLines(why, formatClock).map(({ depth, text, host, remedy }, index) => (
      // The lines of a chain never change order.
      <li key={index} style={{ paddingLeft: 14 * depth }}>
        {host === null ? (
          <p className="hint">{text}</p>
        ) : (
          <button
            type="button"
            className={`quiet ${remedy === null ? '' : 'is-root'}`}
            onClick={() => onChoose(host.number)}
          >
            <span>{text}</span>
            {remedy !== null && (
              <small>
                <strong>Do:</strong> {remedy}
              </small>
            )}
          </button>
        )}
      </li>
    ))}
  </ol>
);
