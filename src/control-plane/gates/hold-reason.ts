import type { ChannelEdgeHold, HoldCause } from './hold.ts';

/**
 * Why `hostname` is not dispatched, as a sentence for a person, with what to do (specification: control-plane,
 * "Planning").
 *
 * @param short shortens closures and rollout ids; by default they are written in full
 */
export function holdReason(hostname: string, hold: HoldCause, short: (name: string) => string = inFull): string {
  switch (hold.gate) {
    case 'quarantine':
      return (
        `${short(hold.closure)} was rolled back on channel ${hold.channel} and is quarantined there; ` +
        'release another closure for this host.'
      );
    case 'channel-edges': {
      const why = hold.edgeReason === null ? '' : ` (${hold.edgeReason})`;
      return `Channel ${hold.channel} waits for channel ${hold.gatingChannel}${why}: ${standing(hold, short)}`;
    }
    case 'wave-promotion': {
      return `${hostname} is in wave ${hold.wave}: every host of ${wavesBefore(hold.wave)} must be Converged or Deferred first.`;
    }
    case 'wave-promotion-host-unstaged':
      return `${hostname} is in no wave of channel ${hold.channel}; add it to one to roll out to it.`;
    case 'host-edge':
      return `${hostname} waits for ${hold.gatingHostname}, which is ${hold.gatingState} and must be Converged or Deferred first.`;
    case 'disruption-budget':
      return hold.limit === 0
        ? `The disruption budget ${hold.summary} allows no host in flight; raise it to roll out to ${hostname}.`
        : `${hostname} waits for room in the disruption budget ${hold.summary}: ${hold.inFlight} in flight, at most ${hold.limit} allowed.`;
    case 'extension':
      return `${hostname} is held by ${hold.name}, a gate that is not in the protocol.`;
    case 'compliance-wave':
      return (
        `${hostname} is in wave ${hold.wave}, which waits until no enforce check fails in earlier waves: ` +
        `${hold.failures} ${hold.failures === 1 ? 'fails' : 'fail'}.`
      );
  }
}

function wavesBefore(wave: number): string {
  if (wave === 1) return 'wave 0';
  return wave === 2 ? 'waves 0 and 1' : `waves 0 to ${wave - 1}`;
}

const inFull = (name: string): string => name;

function standing({ gatingRolloutId, gatingState }: ChannelEdgeHold, short: (name: string) => string): string {
  const rollout = short(gatingRolloutId);
  switch (gatingState) {
    case null:
      return `${rollout} has not been opened yet.`;
    case 'Opening':
    case 'Active':
    case 'Converging':
    case 'Terminal':
      return `not every host of ${rollout} has converged.`;
    case 'Failed':
    case 'Reverted':
    case 'Superseded':
    case 'Pruned':
      return `${rollout} is ${gatingState} and will never be Terminal; release a new ref on that channel.`;
  }
}
