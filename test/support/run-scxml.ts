import { Statechart } from 'scion-core';
import type { ScxmlDocument } from './read-scxml.ts';

const compiled = new Map<string, (event: unknown) => unknown>();

/** The data model of SCXML is ECMAScript: expressions are evaluated, here those of a file that was just written. */
function expressionOf(text: string): (event: unknown) => unknown {
  // The function is made from the expression, so its type is what is said here.
  const run =
    compiled.get(text) ??
    // oxlint-disable-next-line typescript/no-implied-eval -- the interpreter of a language has to evaluate it
    (new Function('_event', `return (${text});`) as (event: unknown) => unknown);
  compiled.set(text, run);
  return run;
}

/**
 * Runs SCXML by the algorithm of SCION, an interpreter that is not ours; which transition is taken, what is done and
 * when the session ends are its decisions.
 */
export class ScxmlSession {
  /** The last state; a session that is over is in none. */
  state: string;
  private readonly chart: Statechart;
  private logged: unknown[] = [];

  constructor({ states, initial }: ScxmlDocument, start: string = initial) {
    this.state = start;
    const model = () => ({
      initial: start,
      states: [...states].map(([id, { isFinal, transitions }]) => ({
        id,
        $type: isFinal ? 'final' : 'state',
        transitions: transitions.map(({ event, cond, target, logs }) => ({
          event,
          ...(cond === null ? {} : { cond: expressionOf(cond) }),
          ...(target === null ? {} : { target }),
          onTransition: (sent: unknown) =>
            this.logged.push(...logs.map((expression) => expressionOf(expression)(sent))),
        })),
      })),
    });
    // A model that is not made by a function is copied as JSON, without its functions.
    this.chart = new Statechart(model);
    this.chart.start();
  }

  /** Sends an event, and gives what the transition logged; nothing if none was taken. */
  send(name: string, data: unknown): readonly unknown[] {
    this.logged = [];
    if (!this.chart.isFinal()) this.chart.gen({ name, data });
    this.state = this.chart.getConfiguration()[0] ?? this.state;
    return this.logged;
  }
}
