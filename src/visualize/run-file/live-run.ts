import { z } from 'zod';
import { jsonIn } from '../../text/index.ts';
import { asRunMs, type RunEvent, type RunRollout } from '../../simulator/index.ts';
import type { ReadRun } from './read-run-file.ts';
import { readRunEvent, runRolloutSchema } from './run-event-schema.ts';
import { RUN_FILE_FORMAT, RUN_FILE_VERSION } from './run-file.ts';
import { writeRunLog } from './run-log.ts';

const headSchema = z.object({ title: z.string(), startAt: z.number(), rollouts: z.array(runRolloutSchema) });

/** Limits the number of events: a page that stays open for weeks must not fill memory. */
const MOST_EVENTS = 500_000;

/** A run in progress, from the messages of a stream: the head of a run file, then its events. */
export class LiveRun {
  #title = '';
  #startAt = 0;
  readonly #rollouts = new Map<string, RunRollout>();
  #events: RunEvent[] = [];
  #hasHead = false;

  /** Handles a head: the first, or one with a new rollout. Returns whether it is readable. */
  takeHead(text: string): boolean {
    const read = headSchema.safeParse(jsonIn(text));
    if (!read.success) return false;
    const { title, startAt, rollouts } = read.data;
    // Times are relative to the head's start, which changes when the oldest rollout ends.
    const delta = this.#startAt - startAt;
    if (this.#hasHead && delta !== 0) this.#events = this.#events.map((event) => shifted(event, delta));
    this.#hasHead = true;
    this.#title = title;
    this.#startAt = startAt;
    for (const rollout of rollouts) this.#rollouts.set(rollout.rolloutId, rollout);
    return true;
  }

  /** Handles an event. Returns whether it is readable and within the limit. */
  takeEvent(text: string): boolean {
    const event = readRunEvent(jsonIn(text));
    if (event === null || this.#events.length >= MOST_EVENTS) return false;
    this.#events.push(event);
    return true;
  }

  /** The run so far; `null` before the head. */
  read(): ReadRun | null {
    if (!this.#hasHead) return null;
    const rollouts = [...this.#rollouts.values()];
    const ids = rollouts.map(({ rolloutId }) => rolloutId);
    const file = {
      format: RUN_FILE_FORMAT,
      version: RUN_FILE_VERSION,
      title: this.#title,
      seed: null,
      scenario: '',
      startAt: this.#startAt,
      endedRunMs: this.#events.at(-1)?.runMs ?? asRunMs(0),
      outcome: 'live',
      machineSteps: 0,
      keep: 'all',
      messageFaultStride: 1,
      rollouts,
      log: writeRunLog(this.#events, ids, this.#startAt),
      messages: null,
    } as const;
    return { file, events: [...this.#events] };
  }
}

/** The event with its times relative to another start. */
function shifted(event: RunEvent, delta: number): RunEvent {
  switch (event.type) {
    case 'HostDispatched': {
      const { soakDueRunMs } = event;
      return { ...movedBy(event, delta), soakDueRunMs: soakDueRunMs === null ? null : asRunMs(soakDueRunMs + delta) };
    }
    case 'HostHeld': {
      const { hold } = event;
      if (hold.gate !== 'host-edge' || hold.notBeforeRunMs === null) return movedBy(event, delta);
      return {
        ...movedBy(event, delta),
        hold: { ...hold, notBeforeRunMs: asRunMs(hold.notBeforeRunMs + delta) },
      };
    }
    default:
      return movedBy(event, delta);
  }
}

const movedBy = <Event extends RunEvent>(event: Event, delta: number): Event => ({
  ...event,
  runMs: asRunMs(event.runMs + delta),
});
