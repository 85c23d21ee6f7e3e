import { CONTROL_PLANE_RULES, type Gate } from '../control-plane/index.ts';
import type { Cores } from './cores.ts';
import type { RunMs } from './run-ms.ts';
import type { Scenario } from './scenario.ts';
import type { Span } from './span.ts';

/** Gates that the protocol does not have, to try them out. `null` turns one off. */
export interface Extensions {
  /** Nothing is dispatched between these times of every day. */
  readonly freeze: Freeze | null;
  /** Nothing is dispatched between these two times since the start of the run. */
  readonly pause: Span | null;
  /** Each wave except the first waits this long for approval once nothing else holds it. */
  readonly approvalMs: number | null;
  /** Once this many hosts have failed, nothing is dispatched on any channel. */
  readonly failureThreshold: number | null;
}

/** A part of every day, in UTC. Over midnight if it ends before it begins. */
export interface Freeze {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** The protocol without extensions. */
export const NO_EXTENSIONS: Extensions = Object.freeze({
  freeze: null,
  pause: null,
  approvalMs: null,
  failureThreshold: null,
});

/** What the gates of extensions know about a run. */
interface ExtendedRun {
  readonly scenario: Scenario;
  readonly now: RunMs;
  /** The hosts that have failed. */
  readonly failed: ReadonlySet<string>;
  /** Keeps the run from ending before that time. */
  readonly expect: (untilRunMs: number) => void;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The protocol's gates, followed by those of a scenario's extensions; nothing if it has none. */
export function extendedGates(run: ExtendedRun, { controlPlane }: Cores): { readonly gates?: readonly Gate[] } {
  const { extensions, startAt } = run.scenario;
  if (extensions === undefined) return {};
  const { freeze, pause, approvalMs, failureThreshold } = extensions;
  const gates: Gate[] = [];
  const add = (name: string, untilOf: (...about: Parameters<Gate['check']>) => number | null): void => {
    gates.push({
      name: 'extension',
      reach: 'group',
      check: (...about) => {
        const until = untilOf(...about);
        if (until === null || until <= run.now) return null;
        if (Number.isFinite(until)) run.expect(until);
        return { gate: 'extension', name };
      },
    });
  };
  if (freeze !== null)
    add('freeze', () => {
      const untilMs = frozenUntil(freeze, (startAt + run.now) % DAY_MS);
      return untilMs === null ? null : run.now + untilMs;
    });
  if (pause !== null) add('pause', () => (run.now >= pause.minMs ? pause.maxMs : null));
  if (approvalMs !== null) {
    const asked = new Map<string, number>();
    add('approval', ({ rollout: { rolloutId } }, { wave }) => {
      if (wave === 0) return null;
      const key = JSON.stringify([rolloutId, wave]);
      const askedRunMs = asked.get(key) ?? run.now;
      asked.set(key, askedRunMs);
      return askedRunMs + approvalMs;
    });
  }
  if (failureThreshold !== null)
    add('failure-threshold', () => (run.failed.size >= failureThreshold ? Infinity : null));
  return { gates: [...(controlPlane?.gates ?? CONTROL_PLANE_RULES.gates), ...gates] };
}

/** How much longer a freeze lasts at this time of day; `null` outside it. */
function frozenUntil({ fromMinute, untilMinute }: Freeze, sinceMidnightMs: number): number | null {
  const sinceFromMs = (sinceMidnightMs - fromMinute * MINUTE_MS + DAY_MS) % DAY_MS;
  const lengthMs = ((untilMinute - fromMinute) * MINUTE_MS + DAY_MS) % DAY_MS;
  return sinceFromMs < lengthMs ? lengthMs - sinceFromMs : null;
}

const TIME_OF_DAY = '(?:[01]\\d|2[0-3]):[0-5]\\d';
/** `22:00 to 06:00`. */
export const FREEZE_PATTERN = new RegExp(`^${TIME_OF_DAY} to ${TIME_OF_DAY}$`);

/** `null` if the text is not a valid freeze. */
export function parseFreeze(text: string): Freeze | null {
  if (!FREEZE_PATTERN.test(text)) return null;
  const [fromMinute = 0, untilMinute = 0] = text.split(' to ').map((time) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number);
    return hours * 60 + minutes;
  });
  return fromMinute === untilMinute ? null : { fromMinute, untilMinute };
}

/** The reverse of {@link parseFreeze}. */
export function writeFreeze({ fromMinute, untilMinute }: Freeze): string {
  return [fromMinute, untilMinute]
    .map((minute) => new Date(minute * MINUTE_MS).toISOString().slice(11, 16))
    .join(' to ');
}
