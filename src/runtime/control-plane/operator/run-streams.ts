import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { manifestOf } from '../../../control-plane/index.ts';
import { asRunMs, runEventOf, runRolloutOf, type RunRollout } from '../../../simulator/index.ts';
import type { CancelTimer, Clock } from '../../shared/clock.ts';
import { tryLater, sendAnswer } from '../http/answer.ts';
import type { ControlPlaneService } from '../service.ts';
import type { ControlPlaneStore } from '../store.ts';
import { newestRollouts } from './views.ts';

/** The head of a run file, without its log. Sent first in a stream, and again whenever a rollout opens. */
export interface StreamHead {
  readonly title: string;
  /** In epoch milliseconds. The `runMs` of the events count from here. */
  readonly startAt: number;
  /** The newest of each channel. */
  readonly rollouts: readonly RunRollout[];
}

const MAX_STREAMS = 50;
const EVENTS_PER_READ = 500;
const KEEP_ALIVE_MS = 15_000;
const RETRY_SECS = 30;

interface Stream {
  readonly response: ServerResponse;
  /** The id of the last line of the event log that was sent. */
  after: number;
  startAt: number;
  isReading: boolean;
  isBehind: boolean;
  stopKeepAlive: CancelTimer;
}

/**
 * Server-sent events for the page: `head`, then a `run` for each line of the event log that a run file would have,
 * starting when the oldest rollout in the head opened. A client that reconnects with `Last-Event-ID` continues from
 * there. Each stream reads the event log at its own pace, so that a slow client costs no memory.
 */
export class RunStreams {
  readonly #service: ControlPlaneService;
  readonly #store: ControlPlaneStore;
  readonly #clock: Clock;
  readonly #streams = new Set<Stream>();
  readonly #stopListening: () => void;

  constructor(service: ControlPlaneService, store: ControlPlaneStore, clock: Clock) {
    this.#service = service;
    this.#store = store;
    this.#clock = clock;
    this.#stopListening = service.listen((effects, { isRecorded }) => {
      if (!isRecorded || effects.length === 0) return;
      for (const stream of this.#streams) void this.#read(stream);
    });
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    if (this.#streams.size >= MAX_STREAMS)
      return sendAnswer(response, tryLater(503, 'streams', 'Too many pages are open.', RETRY_SECS));
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const seen = /^\d{1,15}$/.exec(String(request.headers['last-event-id'] ?? ''))?.[0];
    const stream: Stream = {
      response,
      after: -1,
      startAt: 0,
      isReading: false,
      isBehind: false,
      stopKeepAlive: () => {},
    };
    this.#streams.add(stream);
    response.on('close', () => this.#drop(stream));
    this.#keepAlive(stream);
    void this.#begin(stream, seen === undefined ? null : Number(seen));
  }

  /** Ends every stream. Clients reconnect by themselves. */
  close(): void {
    this.#stopListening();
    for (const stream of this.#streams) {
      this.#drop(stream);
      stream.response.end();
    }
  }

  async #begin(stream: Stream, seen: number | null): Promise<void> {
    try {
      this.#sendHead(stream);
      stream.after = seen ?? (await this.#firstId()) - 1;
      await this.#read(stream);
    } catch (error) {
      this.#fail(stream, error);
    }
  }

  #sendHead(stream: Stream): void {
    const head = this.#head();
    stream.startAt = head.startAt;
    stream.response.write(`event: head\ndata: ${JSON.stringify(head)}\n\n`);
  }

  #head(): StreamHead {
    const { controlPlane } = this.#service;
    const records = newestRollouts(controlPlane);
    const rollouts = records.flatMap(({ rolloutId }) => {
      const manifest = manifestOf(controlPlane, rolloutId);
      return manifest === null ? [] : [runRolloutOf(manifest)];
    });
    const startAt = records.reduce((earliest, { openedAt }) => Math.min(earliest, openedAt), this.#clock.now());
    return { title: 'Live', startAt, rollouts };
  }

  /** Where the rollouts in the head begin in the event log. */
  async #firstId(): Promise<number> {
    const ids: number[] = [];
    for (const { rolloutId } of newestRollouts(this.#service.controlPlane)) {
      const opened = await this.#store.events({ rolloutId, types: ['OpenRollout'], limit: 1 });
      ids.push(...opened.map(({ id }) => id));
    }
    return ids.length === 0 ? 1 : Math.min(...ids);
  }

  async #read(stream: Stream): Promise<void> {
    if (stream.after < 0 || stream.isReading) {
      stream.isBehind = true;
      return;
    }
    stream.isReading = true;
    try {
      do {
        stream.isBehind = false;
        await this.#readOn(stream);
      } while (stream.isBehind);
    } catch (error) {
      this.#fail(stream, error);
    } finally {
      stream.isReading = false;
    }
  }

  async #readOn(stream: Stream): Promise<void> {
    for (;;) {
      const events = await this.#store.events({ after: stream.after, limit: EVENTS_PER_READ });
      for (const { id, at, effect } of events) {
        if (!this.#streams.has(stream)) return;
        if (effect.type === 'OpenRollout') this.#sendHead(stream);
        stream.after = id;
        const event = runEventOf(effect, asRunMs(at - stream.startAt), stream.startAt);
        if (event === null) continue;
        const hasRoom = stream.response.write(`id: ${id}\nevent: run\ndata: ${JSON.stringify(event)}\n\n`);
        if (!hasRoom) await Promise.race([once(stream.response, 'drain'), once(stream.response, 'close')]);
      }
      if (events.length < EVENTS_PER_READ) return;
    }
  }

  #keepAlive(stream: Stream): void {
    stream.stopKeepAlive = this.#clock.after(KEEP_ALIVE_MS, () => {
      stream.response.write(': still here\n\n');
      this.#keepAlive(stream);
    });
  }

  #fail(stream: Stream, error: unknown): void {
    this.#service.say('warn', 'stream-failed', error instanceof Error ? error.message : String(error));
    this.#drop(stream);
    stream.response.end();
  }

  #drop(stream: Stream): void {
    stream.stopKeepAlive();
    this.#streams.delete(stream);
  }
}
