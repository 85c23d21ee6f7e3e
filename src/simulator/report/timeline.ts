import type { RunEvent } from '../run-events.ts';
import { formatDuration } from './format-duration.ts';
import { Page, type Cell, type PageFormat, type Tone } from './page.ts';
import { count, formatCount, namesOf, shortRef } from './words.ts';

interface Moment {
  readonly at: number;
  readonly rollout: string;
  /** The same for moments that are told as one, with their hosts. */
  readonly text: string;
  readonly tone: Tone;
  readonly hosts: string[];
}

const MAX_MOMENTS = 100_000;
const MAX_NAMES = 6;
const HEAD = 60;
const TAIL = 20;

/** The moments of a run that a person wants to see in order: rollouts, waves, failures, and what goes wrong. */
export class Timeline {
  readonly #moments: Moment[] = [];
  #left = 0;

  take(event: RunEvent): void {
    const moment = momentOf(event);
    if (moment === null) return;
    const known = moment.hosts.length === 0 ? undefined : this.#sameMoment(moment);
    if (known !== undefined) known.hosts.push(...moment.hosts);
    else if (this.#moments.length < MAX_MOMENTS) this.#moments.push(moment);
    else this.#left += 1;
  }

  report(format: PageFormat): string {
    const page = new Page(format);
    page.title('Timeline');
    const total = this.#moments.length;
    const isLong = total > HEAD + TAIL;
    page.rows((isLong ? this.#moments.slice(0, HEAD) : this.#moments).map(cellsOf));
    if (isLong) {
      page.line(
        `… ${formatCount(total - HEAD - TAIL + this.#left)} more; the event log has them all (--events FILE)`,
        'quiet',
        2,
      );
      page.rows(this.#moments.slice(-TAIL).map(cellsOf));
    }
    return page.text;
  }

  /** Looks back over the moments of the same time only. */
  #sameMoment({ at, rollout, text }: Moment): Moment | undefined {
    for (let index = this.#moments.length - 1; index >= 0; index -= 1) {
      const known = this.#moments[index];
      if (known === undefined || known.at !== at) return undefined;
      if (known.rollout === rollout && known.text === text && known.hosts.length > 0) return known;
    }
    return undefined;
  }
}

function cellsOf({ at, rollout, text, tone, hosts }: Moment): readonly Cell[] {
  const who = hosts.length === 0 ? '' : hosts.length > 1 ? `${count(hosts.length, 'host')} ` : '';
  const names = hosts.length === 0 ? '' : `: ${namesOf(hosts, MAX_NAMES)}`;
  return [
    { text: formatDuration(at), align: 'right', tone: 'quiet' },
    { text: shortRollout(rollout) },
    { text: `${who}${text}${names}`, tone },
  ];
}

function shortRollout(rollout: string): string {
  const at = rollout.indexOf('@');
  return at < 0 ? rollout : `${rollout.slice(0, at)}@${shortRef(rollout.slice(at + 1))}`;
}

function momentOf(event: RunEvent): Moment | null {
  const tell = (rollout: string, text: string, tone: Tone = 'plain', host?: string): Moment => ({
    at: event.at,
    rollout,
    text,
    tone,
    hosts: host === undefined ? [] : [host],
  });
  switch (event.type) {
    case 'RolloutOpened':
      return tell(event.rollout, `opens with ${count(event.hosts, 'host')}`);
    case 'RolloutTransition':
      if (event.to === 'Terminal') return tell(event.rollout, 'is Terminal: every host converged', 'good');
      if (event.to === 'Failed' || event.to === 'Reverted')
        return tell(event.rollout, `is ${event.to} and dispatches nothing more`, 'bad');
      return event.to === 'Superseded' ? tell(event.rollout, 'is superseded by a newer release', 'warn') : null;
    case 'WaveAdvanced':
      return event.toWave > event.fromWave
        ? tell(event.rollout, `wave ${event.fromWave} is through; wave ${event.toWave} may start`)
        : null;
    case 'WaveEmpty':
      return tell(event.rollout, `wave ${event.wave} has no hosts and is passed over`, 'warn');
    case 'HostDispatched':
      return tell(event.rollout, `dispatched in wave ${event.wave}`, 'plain', event.host);
    case 'HostTransition':
      if (event.to === 'Converged') return tell(event.rollout, 'converged', 'good', event.host);
      if (event.to === 'Deferred') return tell(event.rollout, 'deferred until a reboot', 'warn', event.host);
      if (event.to === 'Failed') return tell(event.rollout, 'failed', 'bad', event.host);
      return event.to === 'Reverted' ? tell(event.rollout, 'reverted to what ran before', 'bad', event.host) : null;
    case 'ClosureQuarantined':
      return tell(event.channel, `closure ${event.closure} is quarantined`, 'warn');
    case 'HostUnreachable':
      return tell('', 'unreachable: three heartbeats are missing', 'warn', event.host);
    case 'HostReachable':
      return tell('', 'heard of again', 'plain', event.host);
    case 'Fault':
      return tell(
        '',
        `fault: ${event.fault}${event.detail === '' ? '' : ` (${event.detail})`}`,
        'warn',
        event.host ?? undefined,
      );
    case 'ReleasePublished':
      return event.at === 0 ? null : tell('', `a new release: ${namesOf(event.rollouts.map(shortRollout), MAX_NAMES)}`);
    case 'FaultsStopped':
      return tell('', 'faults stop; operators reboot what is deferred');
    case 'InvariantBroken':
      return tell(event.rollout ?? '', `invariant broken, ${event.invariant}: ${event.message}`, 'bad');
    default:
      return null;
  }
}
