import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  controlPlaneCore,
  type ControlPlane,
  type ControlPlaneEffect,
  type ControlPlaneInput,
} from '../../../src/control-plane/index.ts';
import type { RolloutManifest } from '../../../src/fleet/index.ts';
import type { Clock } from '../../../src/runtime/shared/clock.ts';
import {
  BATCH_HEADER,
  decodeEnvelope,
  decodeHeartbeat,
  encodeDispatch,
  encodeEventAnswer,
  encodeEventAnswers,
  encodeHeartbeatAnswer,
  REFUSAL_HEADER,
  REPLAY_FROM_HEADER,
  type EventStatus,
} from '../../../src/wire/index.ts';

/** A control plane for testing agents: the real core over HTTP, in this process and without a disk. */
export class TinyControlPlane {
  readonly #core = controlPlaneCore();
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #parked = new Map<string, ServerResponse>();
  readonly effects: ControlPlaneEffect[] = [];
  #state: ControlPlane;
  #onEffect: () => void = () => {};
  /** Answers every request instead of the core; `null` for none. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#state = this.#core.start();
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  async listen(port = 0): Promise<URL> {
    await new Promise<void>((resolve) => {
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  release(rollouts: readonly RolloutManifest[]): void {
    this.#feed({ type: 'ManifestsVerified', rollouts });
  }

  plan(): void {
    this.#feed({ type: 'PlanTick' });
  }

  /** Resolves once a matching effect has been performed. */
  async effect(matches: (effect: ControlPlaneEffect) => boolean): Promise<ControlPlaneEffect> {
    for (;;) {
      const found = this.effects.find(matches);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const before = this.#onEffect;
        this.#onEffect = () => {
          before();
          resolve();
        };
      });
    }
  }

  /** Resolves once the control plane's record of a host is in this state. */
  async host(hostname: string, state: string): Promise<void> {
    await this.effect(
      (effect) => effect.type === 'RecordTransition' && effect.host === hostname && effect.to === state,
    );
  }

  #feed<Input extends ControlPlaneInput>(input: Input) {
    const handled = this.#core.handle(this.#state, input, this.#clock.now());
    this.#state = handled.controlPlane;
    this.effects.push(...handled.effects);
    for (const effect of handled.effects) {
      if (effect.type !== 'RemoteQueueDispatch') continue;
      const parked = this.#parked.get(effect.host);
      this.#parked.delete(effect.host);
      if (parked !== undefined) this.#answerPoll(effect.host, parked);
    }
    const onEffect = this.#onEffect;
    this.#onEffect = () => {};
    onEffect();
    return handled.reply;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.answer !== null) return this.answer(request, response);
    const url = new URL(request.url ?? '', 'http://control-plane');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    response.setHeader(BATCH_HEADER, '100');
    switch (url.pathname) {
      case '/v1/agent/heartbeat': {
        const read = decodeHeartbeat(JSON.parse(text));
        if (!read.ok) return this.#send(response, 500, null);
        const reply = this.#feed({ type: 'HeartbeatReceived', heartbeat: read.value, isComplete: true });
        const { replayFromHeader, body } = encodeHeartbeatAnswer(reply);
        if (replayFromHeader !== null) response.setHeader(REPLAY_FROM_HEADER, replayFromHeader);
        return this.#send(response, 200, body);
      }
      case '/v1/agent/events': {
        const json = JSON.parse(text) as unknown;
        if (Array.isArray(json)) {
          const answers = json.map((entry: unknown) => this.#takeEvent(entry));
          return this.#send(response, 200, encodeEventAnswers(answers));
        }
        const { status, refusalHeader, body } = encodeEventAnswer(this.#takeEvent(json));
        if (refusalHeader !== null) response.setHeader(REFUSAL_HEADER, refusalHeader);
        return this.#send(response, status, body);
      }
      case '/v1/agent/dispatch': {
        const hostname = url.searchParams.get('hostname') ?? '';
        return this.#answerPoll(hostname, response);
      }
      default:
        return this.#send(response, 404, null);
    }
  }

  #takeEvent(json: unknown): EventStatus {
    const read = decodeEnvelope(json);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const { status, refusal } = this.#feed({ type: 'EventReceived', envelope: read.value });
    return { status, refusal };
  }

  #answerPoll(hostname: string, response: ServerResponse): void {
    const { dispatch } = this.#feed({ type: 'DispatchPolled', hostname });
    if (dispatch === null) this.#parked.set(hostname, response);
    else this.#send(response, 200, encodeDispatch(dispatch));
  }

  #send(response: ServerResponse, status: number, body: unknown): void {
    response.statusCode = status;
    response.end(body === null ? undefined : JSON.stringify(body));
  }
}
