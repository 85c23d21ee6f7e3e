import { useMemo } from 'react';
import { hostStates } from '../../../machine/host-states.ts';
import type { RunHistory } from '../../run-file/run-history.ts';
import type { Waiting } from '../../run-file/what-holds.ts';
import { shortHashes } from '../format.ts';
import { StateBadge } from '../state-badge.tsx';
import { clockText, spanText } from './clock-text.ts';

interface Props {
  readonly history: RunHistory;
  readonly time: number;
  readonly chosen: number;
  readonly onChoose: (host: number) => void;
  readonly onSeek: (time: number) => void;
  readonly onOpen: (host: number) => void;
}

const MOST_SHOWN = 60;

/** Failures first, then whom anything holds and what; above both the chosen host. */
export function FleetLists({ history, time, chosen, onChoose, onSeek, onOpen }: Props) {
  const failures = useMemo(() => history.failuresUntil(time), [history, time]);
  const groups = useMemo(() => groupWaiting(history, history.waitingAt(time)), [history, time]);
  const nameOf = (host: number): string => history.hosts[host]?.name ?? '';
  return (
    <aside className="fleet-lists" aria-label="What deserves attention">
      {chosen >= 0 && (
        <HostDetail
          history={history}
          host={chosen}
          time={time}
          onSeek={onSeek}
          onOpen={onOpen}
          onClose={() => onChoose(-1)}
        />
      )}
      <section>
        <h3>Failures ({hostsText(new Set(failures.map(({ host }) => nameOf(host))).size)})</h3>
        {failures.length === 0 && <p className="hint">None so far.</p>}
        <ul data-testid="failures">
          {failures.slice(0, MOST_SHOWN).map(({ host, at, state, cause }) => (
            <li key={`${host} ${at}`}>
              <button type="button" className="quiet" onClick={() => onChoose(host)}>
                <span>
                  <StateBadge state={state} /> {nameOf(host)}
                </span>
                <small>
                  {clockText(at)}
                  {cause === '' ? '' : ` · ${cause}`}
                </small>
              </button>
            </li>
          ))}
        </ul>
        {failures.length > MOST_SHOWN && <p className="hint">and {failures.length - MOST_SHOWN} more</p>}
      </section>
      <section>
        <h3>Waiting ({groups.reduce((sum, { waiting }) => sum + waiting.length, 0)})</h3>
        {groups.map(({ key, heldBy, reason, waiting }) => (
          <details key={key}>
            <summary>
              <strong>{heldBy}</strong> <span className="count">{waiting.length}</span>
              <small>{shortHashes(reason)}</small>
            </summary>
            <ul>
              {waiting.slice(0, MOST_SHOWN).map(({ host, until, reason: own }) => (
                <li key={host}>
                  <button type="button" className="quiet" onClick={() => onChoose(host)}>
                    <span>{nameOf(host)}</span>
                    {(until !== null || own !== reason) && (
                      <small>
                        {until === null
                          ? shortHashes(own)
                          : `until ${clockText(until)}, ${spanText(until - time)} left`}
                      </small>
                    )}
                  </button>
                </li>
              ))}
            </ul>
            {waiting.length > MOST_SHOWN && <p className="hint">and {waiting.length - MOST_SHOWN} more</p>}
          </details>
        ))}
      </section>
    </aside>
  );
}

/** One host may fail and then go back: it is one. */
function hostsText(count: number): string {
  return count === 0 ? '0' : count === 1 ? '1 host' : `${count} hosts`;
}

interface Group {
  readonly key: string;
  readonly heldBy: string;
  readonly reason: string;
  readonly waiting: readonly Waiting[];
}

/** By what holds them; those of a rollout that has stopped, by rollout, which the reason names. */
function groupWaiting(history: RunHistory, waiting: readonly Waiting[]): readonly Group[] {
  const groups = new Map<string, Waiting[]>();
  for (const each of waiting) {
    const rollout = each.heldBy === 'rollout-stopped' ? (history.hosts[each.host]?.rollout ?? 0) : '';
    const key = `${each.heldBy} ${rollout}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups].map(([key, members]) => ({
    key,
    heldBy: members[0]?.heldBy ?? '',
    reason: members[0]?.reason ?? '',
    // Whoever is free first comes first.
    waiting: members.toSorted((a, b) => (a.until ?? Infinity) - (b.until ?? Infinity) || a.host - b.host),
  }));
}

interface DetailProps {
  readonly history: RunHistory;
  readonly host: number;
  readonly time: number;
  readonly onSeek: (time: number) => void;
  readonly onOpen: (host: number) => void;
  readonly onClose: () => void;
}

/** One host's own time line. */
function HostDetail({ history, host: number, time, onSeek, onOpen, onClose }: DetailProps) {
  const host = history.hosts[number];
  if (host === undefined) return null;
  const { file } = history;
  const isOwn = ([, rollout, index]: readonly [number, number, number, ...unknown[]]) =>
    rollout === host.rollout && index === host.index;
  const rows = [
    ...file.holds.filter(isOwn).map(([at, , , gate, reason]) => ({ at, text: `held by ${gate}: ${reason}` })),
    ...file.dispatches.filter(isOwn).map(([at]) => ({ at, text: 'dispatched' })),
    ...file.accepted
      .filter(isOwn)
      .map(([at, , , event, seq, detail]) => ({ at, text: `${event} #${seq}${detail === '' ? '' : `, ${detail}`}` })),
    ...file.transitions.filter(isOwn).map(([at, , , to]) => ({ at, text: `→ ${to}` })),
  ].toSorted((a, b) => a.at - b.at);
  const state = hostStates[history.statesAt(time)[number] ?? 0] ?? 'Pending';
  return (
    <section className="host-detail" data-testid="host-detail">
      <div className="row between">
        <h3>{host.name}</h3>
        <button type="button" className="quiet" onClick={onClose} aria-label="Close the host">
          ✕
        </button>
      </div>
      <p>
        <StateBadge state={state} />{' '}
        <small>
          wave {host.wave} of {shortHashes(file.rollouts[host.rollout]?.rolloutId ?? '')}
        </small>
      </p>
      <button type="button" onClick={() => onOpen(number)}>
        Open its history on the chart
      </button>
      <ol>
        {rows.map(({ at, text }, index) => (
          // A host's own history only grows; a place in it never means another row.
          <li key={index} className={at > time ? 'is-later' : ''}>
            <button type="button" className="quiet" onClick={() => onSeek(at)}>
              <small>{clockText(at)}</small> <span>{shortHashes(text)}</span>
            </button>
          </li>
        ))}
      </ol>
      {file.isAbridged && <p className="hint">Passing probes are left out of a run of this size.</p>}
    </section>
  );
}
