import type { Scenario } from '../scenario.ts';
import { count, formatCount, formatRoundDuration } from '../../text/index.ts';
import { namesOf, shortRollout } from './words.ts';

type Step = Scenario['steps'][number];
type Action = Step['do'];

const MAX_NAMES = 6;
const SECOND = 1000;

/** When a step happens, or from when on: `2m after web-01 is Soaking`. */
export function momentWords({ when, do: action }: Step): string {
  if (when.type === 'At') return `${isArmed(action) ? 'from' : 'at'} ${time(when.atMs)}`;
  const cause =
    when.type === 'WaveStarts' ? `wave ${when.wave} of ${when.channel} starts` : `${when.host} is ${when.state}`;
  return when.afterMs === 0 ? `when ${cause}` : `${time(when.afterMs)} after ${cause}`;
}

/** What a step does, and to whom. */
export function stepWords({ do: action }: Step): string {
  return 'hosts' in action ? `${namesOf(action.hosts, MAX_NAMES)}: ${actionWords(action)}` : actionWords(action);
}

/** Whether it shows only when the host comes to do what fails. */
function isArmed(action: Action): boolean {
  return 'times' in action || 'probe' in action;
}

function actionWords(action: Action): string {
  switch (action.type) {
    case 'CrashAgent': {
      const after =
        action.afterEffects === null ? '' : ` in its next input, after ${count(action.afterEffects, 'effect')}`;
      return `agent crashes${after}${lasting(', down for', action.downMs)}${action.losesTail ? ', loses what is not on disk' : ''}`;
    }
    case 'RebootHost':
      return `reboot${lasting(', off for', action.offMs)}`;
    case 'TakeOffline':
      return `offline ${action.forMs === null ? 'for good' : `for ${time(action.forMs)}`}`;
    case 'Partition':
      return `cut off from the control plane for ${time(action.forMs)}`;
    case 'SlowLink':
      return `messages take ${time(action.extraMs)} longer each way, for ${time(action.forMs)}`;
    case 'LoseMessages':
      return `${action.what === 'both' ? 'requests and answers' : action.what} are lost for ${time(action.forMs)}`;
    case 'DuplicateMessages':
      return `every request arrives twice for ${time(action.forMs)}`;
    case 'RestartControlPlane':
      return `control plane: restart${lasting(', down for', action.downMs)}`;
    case 'LoseDatabase':
      return `control plane: its database is lost${lasting(', down for', action.downMs)}`;
    case 'FailActivation':
      return `activation fails${times(action.times)}`;
    case 'MisreportClosure':
      return `activation ends with ${action.closure} running instead${times(action.times)}`;
    case 'DeferActivation': {
      const reboot =
        action.rebootAfterMs === null ? 'nobody reboots it' : `rebooted ${time(action.rebootAfterMs)} later`;
      return `activation deferred${times(action.times)}: ${action.component} needs a reboot, ${reboot}`;
    }
    case 'FailProbe':
      return `${probe(action.probe)} fails on the new closure${lasting(', for', action.forMs)}`;
    case 'FlapProbe':
      return `${probe(action.probe)} fails and passes in turn, every ${time(action.periodMs)}${lasting(', for', action.forMs)}`;
    case 'SilenceProbe':
      return `${probe(action.probe)} does not report${lasting(', for', action.forMs)}`;
    case 'FailRollback':
      return `rollback fails${times(action.times)}`;
    case 'SetClock': {
      const { skewMs, driftPpm } = action;
      const skew = skewMs === 0 ? 'right' : `${time(Math.abs(skewMs))} ${skewMs < 0 ? 'behind' : 'ahead'}`;
      return `clock is ${skew}${driftPpm === 0 ? '' : `, and drifts by ${driftPpm} ppm`}`;
    }
    case 'PublishRelease':
      return `a new release: ${namesOf(
        action.rollouts.map(({ rolloutId }) => shortRollout(rolloutId)),
        MAX_NAMES,
      )}`;
  }
}

function probe(name: string | null): string {
  return name === null ? 'every enforce probe' : `probe ${name}`;
}

function lasting(words: string, ms: number | null): string {
  return ms === null ? '' : `${words} ${time(ms)}`;
}

function times(amount: number | null): string {
  return amount === null ? '' : amount === 1 ? ' once' : ` ${formatCount(amount)} times`;
}

function time(ms: number): string {
  return ms > 0 && ms < SECOND ? `${ms} ms` : formatRoundDuration(ms);
}
