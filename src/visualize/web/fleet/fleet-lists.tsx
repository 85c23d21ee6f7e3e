import { useMemo } from 'react';
import {
  blockerWords,
  type Moment,
  remedyWords,
  rootCauses,
  type Holding,
  whatHolds,
  whatIsHeld,
  whyWaiting,
} from '../../../simulator/index.ts';
import type { ShownRun } from '../../run-file/shown-run.ts';
import { StateBadge } from '../state-badge.tsx';
import { count, formatClock, formatDuration } from '../../../text/index.ts';
import { HostDetail } from './host-detail.tsx';
import { heldByWords } from '../../words.ts';
import { groupWaiting, nameRoots, type NamedCause } from '../../film/group-waiting.ts';

interface Props {
  readonly history: ShownRun;
  readonly moment: Moment;
  readonly chosen: number;
  readonly onChoose: (host: number) => void;
  readonly onSeek: (time: number) => void;
  readonly onOpen: (host: number) => void;
}

const MOST_SHOWN = 60;

/** The selected host, then failures, then held hosts and what holds them. */
export function FleetLists({ history, moment, chosen, onChoose, onSeek, onOpen }: Props) {
  const { time } = moment;
  const failures = useMemo(() => history.failuresUntil(time), [history, time]);
  const groups = useMemo(() => groupWaiting(whatIsHeld(moment)), [moment]);
  const causes = useMemo(() => nameRoots(rootCauses(moment).slice(0, MOST_CAUSES)), [moment]);
  const nameOf = (host: number): string => history.hosts[host]?.hostname ?? '';
  return (
    <div className="fleet-lists">
      {chosen >= 0 && (
        <HostDetail
          history={history}
          host={chosen}
          moment={moment}
          onChoose={onChoose}
          onSeek={onSeek}
          onOpen={onOpen}
          onClose={() => onChoose(-1)}
        />
      )}
      <section>
        <h3>Failures ({hostsText(new Set(failures.map(({ host }) => nameOf(host))).size)})</h3>
        {failures.length === 0 && <p className="hint">None so far.</p>}
        <ul data-testid="failures">
          {failures.slice(0, MOST_SHOWN).map(({ host, runMs, state, cause }) => (
            <li key={`${host} ${runMs}`}>
              <button type="button" className="quiet" onClick={() => onChoose(host)}>
                <span>
                  <StateBadge state={state} /> {nameOf(host)}
                </span>
                <small>
                  {formatClock(runMs)}
                  {cause === '' ? '' : ` · ${cause}`}
                </small>
              </button>
            </li>
          ))}
        </ul>
        {failures.length > MOST_SHOWN && <p className="hint">and {failures.length - MOST_SHOWN} more</p>}
      </section>
      {causes.length > 0 && (
        <section data-testid="root-causes">
          <h3>What the others wait for</h3>
          <ul>
            {causes.map((cause) => (
              <RootCauseItem
                key={cause.roots.map(({ number }) => number).join()}
                moment={moment}
                cause={cause}
                onChoose={onChoose}
              />
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>Waiting ({groups.reduce((sum, { waiting }) => sum + waiting.length, 0).toLocaleString('en')})</h3>
        {groups.map(({ key, heldBy, reasons, waiting, remedy }) => (
          <details key={key}>
            <summary>
              <strong>{heldByWords(heldBy)}</strong>{' '}
              <span className="count">{waiting.length.toLocaleString('en')}</span> <code>{heldBy}</code>
              {reasons.slice(0, MOST_REASONS).map((reason) => (
                <small key={reason}>{reason}</small>
              ))}
              {reasons.length > MOST_REASONS && (
                <small>and {count(reasons.length - MOST_REASONS, 'more reason')}.</small>
              )}
              {remedy !== null && !(heldBy === 'rollout-stopped' && causes.length > 0) && (
                <small>
                  <strong>Do:</strong> {remedy}
                </small>
              )}
            </summary>
            <ul>
              {waiting.slice(0, MOST_SHOWN).map((own) => (
                <li key={`${own.rolloutId} ${own.hostname}`}>
                  <button
                    type="button"
                    className="quiet"
                    onClick={() => onChoose(moment.history.trackOf(own.rolloutId, own.hostname)?.number ?? -1)}
                  >
                    <span>{own.hostname}</span>
                    <small>{endText(own, time)}</small>
                  </button>
                </li>
              ))}
            </ul>
            {waiting.length > MOST_SHOWN && <p className="hint">and {waiting.length - MOST_SHOWN} more</p>}
          </details>
        ))}
      </section>
    </div>
  );
}

const MOST_REASONS = 2;
const MOST_CAUSES = 5;

interface CauseProps {
  readonly moment: Moment;
  readonly cause: NamedCause;
  readonly onChoose: (host: number) => void;
}

/** The hosts at the root of a wait, how many hosts wait for them, and what to do. */
function RootCauseItem({ moment, cause: { roots, waiting, named }, onChoose }: CauseProps) {
  return (
    <li>
      {named.map((host) => {
        const rollout = moment.history.rollouts[host.rollout];
        const holding = rollout === undefined ? null : whatHolds(moment, rollout, host);
        const why = whyWaiting(moment, host);
        const remedy = remedyWords([host.hostname], holding, why?.failure ?? null);
        const words =
          holding === null
            ? `${host.hostname} failed.`
            : blockerWords(host.hostname, holding.rolloutId, holding.blocker);
        return (
          <button key={host.number} type="button" className="quiet" onClick={() => onChoose(host.number)}>
            <span>{words}</span>
            {remedy !== null && (
              <small>
                <strong>Do:</strong> {remedy}
              </small>
            )}
          </button>
        );
      })}
      <p className="hint">
        {roots.length > named.length && `and ${(roots.length - named.length).toLocaleString('en')} more. `}
        {`${count(waiting.length, 'host')} ${waiting.length === 1 ? 'waits' : 'wait'} for this.`}
      </p>
    </li>
  );
}

/** When the wait ends, if known; otherwise what holds this host. */
function endText({ hostname, rolloutId, blocker, untilRunMs, notBeforeRunMs }: Holding, time: number): string {
  if (untilRunMs !== null) return `until ${formatClock(untilRunMs)}, ${formatDuration(untilRunMs - time)} left`;
  if (notBeforeRunMs !== null) return `at least until ${formatClock(notBeforeRunMs)}`;
  return blockerWords(hostname, rolloutId, blocker);
}

/** A host that fails and then rolls back counts once. */
function hostsText(hosts: number): string {
  return hosts === 0 ? '0' : count(hosts, 'host');
}
