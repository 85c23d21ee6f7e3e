import type { AnyStateMachine } from 'xstate';
import { hostRolloutMachine } from '../machine/index.ts';
import { rolloutMachine } from '../rollout/index.ts';
import { guardNames } from './chart-cells.ts';

/** A machine's whole table: the targets, guards and actions of each event. */
function tableOf(machine: AnyStateMachine): unknown {
  return Object.entries(machine.states).map(([state, { transitions }]) => [
    state,
    [...transitions].map(([event, branches]) => [
      event,
      branches.map(({ target, guard, actions }) => [
        target?.map(({ key }) => key) ?? null,
        guardNames(guard),
        actions.map((action: unknown) => (typeof action === 'function' ? action.name : action)),
      ]),
    ]),
  ]);
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

function fnv1a(text: string, seed: number): number {
  let hash = (FNV_OFFSET ^ seed) >>> 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME) >>> 0;
  }
  return hash;
}

let known: string | null = null;

/** Identifies both charts in files of expected answers. 16 hexadecimal digits; not for security. */
export function chartHash(): string {
  if (known !== null) return known;
  const text = JSON.stringify([hostRolloutMachine, rolloutMachine].map(tableOf));
  const hex = [0, 1].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');
  known = hex;
  return hex;
}
