import type { ControlPlaneInput } from '../../control-plane/index.ts';
import { decodeFleet, projectRollouts, type RolloutManifest } from '../../fleet/index.ts';
import type { Time } from '../../machine/index.ts';
import { isObject, type Problem } from '../../text/index.ts';
import { decodeEnvelope, decodeHeartbeat, encodeEnvelope, encodeHeartbeat } from '../../wire/index.ts';

/** Inputs that may change something. A poll never does, so it is not recorded. */
export type RecordableInput = Exclude<ControlPlaneInput, { readonly type: 'DispatchPolled' }>;

/** An input in the log. The state of the control plane is the fold of these over the pure core. */
export interface RecordedInput {
  /** Counts recorded inputs from 1, without gaps. */
  readonly seq: number;
  /** When it was handled, by the clock of the control plane. */
  readonly at: Time;
  readonly input: RecordableInput;
  /** When the fleet file of a `ManifestsVerified` was signed; `null` if unknown, and for all other inputs. */
  readonly signedAt: Time | null;
}

/** A decoded input, or why it cannot be decoded. */
export type DecodedInput =
  | { readonly ok: true; readonly input: RecordableInput; readonly signedAt: Time | null }
  | { readonly ok: false; readonly problems: readonly Omit<Problem, 'remedy'>[] };

/** The input as JSON: envelopes and heartbeats as on the wire, everything else unchanged (docs/operating.md). */
export function encodeInput(input: RecordableInput, signedAt: Time | null): string {
  switch (input.type) {
    case 'EventReceived':
      return JSON.stringify({ type: input.type, envelope: encodeEnvelope(input.envelope) });
    case 'HeartbeatReceived': {
      const { type, isComplete } = input;
      return JSON.stringify({ type, isComplete, heartbeat: encodeHeartbeat(input.heartbeat) });
    }
    case 'ManifestsVerified':
      return JSON.stringify({ ...input, signedAt });
    case 'PlanTick':
    case 'RetentionExpired':
    case 'OperatorCleared':
      return JSON.stringify(input);
  }
}

/** Reads what {@link encodeInput} or another control plane wrote. Never throws. */
export function decodeInput(json: unknown): DecodedInput {
  if (!isObject(json)) return unreadable('$', 'expected an object');
  switch (json['type']) {
    case 'EventReceived': {
      const read = decodeEnvelope(json['envelope']);
      return read.ok ? decoded({ type: 'EventReceived', envelope: read.value }) : read;
    }
    case 'HeartbeatReceived': {
      const read = decodeHeartbeat(json['heartbeat']);
      if (!read.ok) return read;
      const isComplete = json['isComplete'] !== false && read.skipped.length === 0;
      return decoded({ type: 'HeartbeatReceived', heartbeat: read.value, isComplete });
    }
    case 'ManifestsVerified':
      return decodeManifests(json);
    case 'PlanTick':
      return decoded({ type: 'PlanTick' });
    case 'RetentionExpired': {
      const { rolloutId } = json;
      if (typeof rolloutId !== 'string') return unreadable('$.rolloutId', 'expected a string');
      return decoded({ type: 'RetentionExpired', rolloutId });
    }
    case 'OperatorCleared': {
      const { rolloutId, operator, reason } = json;
      if (typeof rolloutId !== 'string' || typeof operator !== 'string' || typeof reason !== 'string')
        return unreadable('$', 'expected the texts rolloutId, operator and reason');
      return decoded({ type: 'OperatorCleared', rolloutId, operator, reason });
    }
    default:
      return unreadable('$.type', 'expected the type of an input');
  }
}

/** Either `rollouts`, as this control plane writes them, or `fleet`, a fleet file, with an optional `ref`. */
function decodeManifests({ rollouts, fleet, ref, signedAt }: Readonly<Record<string, unknown>>): DecodedInput {
  const at = typeof signedAt === 'number' ? signedAt : null;
  if (Array.isArray(rollouts)) {
    if (!rollouts.every(looksLikeManifest)) return unreadable('$.rollouts', 'expected rollout manifests');
    return decoded({ type: 'ManifestsVerified', rollouts }, at);
  }
  const read = decodeFleet(fleet);
  if (!read.ok) return read;
  const projected = projectRollouts(read.fleet, typeof ref === 'string' ? ref : null);
  if (!projected.ok) return projected;
  return decoded({ type: 'ManifestsVerified', rollouts: projected.rollouts }, at ?? read.fleet.meta.signedAt);
}

/** Enough to recognise a manifest, because only `encodeInput` writes this form. */
function looksLikeManifest(value: unknown): value is RolloutManifest {
  return isObject(value) && typeof value['rolloutId'] === 'string' && Array.isArray(value['hosts']);
}

const decoded = (input: RecordableInput, signedAt: Time | null = null): DecodedInput => ({ ok: true, input, signedAt });

const unreadable = (path: string, message: string): DecodedInput => ({ ok: false, problems: [{ path, message }] });
