import { useEffect, useRef } from 'react';
import type { SessionMoment, Session } from '../play/session.ts';
import { fixtureOfSession } from '../play/fixture-of-session.ts';
import { CopyButton } from './copy-button.tsx';
import { StateBadge } from './state-badge.tsx';

interface Props {
  readonly session: Session;
  readonly moments: readonly SessionMoment[];
  readonly onJump: (cursor: number) => void;
}

/** All events, including undone ones that can be redone. A click goes to a step. */
export function HistoryList({ session, moments, onJump }: Props) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // Scrolls only the list, not the panel around it.
    const [all, present] = [list.current, list.current?.querySelector('[aria-current]')];
    if (all === null || present === null || present === undefined) return;
    const [frame, entry] = [all.getBoundingClientRect(), present.getBoundingClientRect()];
    if (entry.top < frame.top) all.scrollTop -= frame.top - entry.top;
    if (entry.bottom > frame.bottom) all.scrollTop += entry.bottom - frame.bottom;
  }, [session.cursor, session.events]);
  return (
    <section className="history">
      <div className="row between">
        <h2>History</h2>
        <CopyButton
          label="Copy as fixture"
          text={() => fixtureOfSession(session)}
          disabled={session.events.length === 0}
        />
      </div>
      <ol start={0} ref={list} data-testid="history">
        <li>
          <button
            type="button"
            className="quiet"
            aria-current={session.cursor === 0 ? 'step' : undefined}
            onClick={() => onJump(0)}
          >
            <span className="number">0</span> <span className="what">Start</span>
          </button>
        </li>
        {session.events.map((event, index) => {
          const moment = moments[index];
          const outcome = moment === undefined ? 'undone' : moment.result.ok ? '' : 'refused';
          return (
            // A step is identified by its index.
            <li key={index} className={outcome === '' ? '' : `is-${outcome}`}>
              <button
                type="button"
                className="quiet"
                aria-current={session.cursor === index + 1 ? 'step' : undefined}
                onClick={() => onJump(index + 1)}
              >
                <span className="number">{index + 1}</span>
                <span className="what">
                  <code>{event.type}</code>
                  {moment === undefined ? (
                    <small>undone</small>
                  ) : moment.result.ok ? (
                    <StateBadge state={moment.after.state} />
                  ) : (
                    <small>refused, {moment.result.error.kind}</small>
                  )}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
