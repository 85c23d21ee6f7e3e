import type { ChartModel } from '../chart-model.ts';

/** Separates the names of a transition's guards, all of which must hold. */
export const GUARD_SEPARATOR = ' and ';

/**
 * The chart as the JSON configuration for XState's `createMachine`. Guards and actions are names to be provided.
 * Several guards of a transition become one name, joined by `GUARD_SEPARATOR`, because XState's `and` is a function.
 */
export function toXStateJson(model: ChartModel): string {
  const states = model.states.map((state) => [
    state.name,
    {
      description: state.description,
      ...(state.tags.length > 0 ? { tags: state.tags } : {}),
      ...(state.isEnd ? { type: 'final' } : {}),
      ...(state.events.length > 0
        ? {
            on: Object.fromEntries(
              state.events.map((event) => [
                event.type,
                event.branches.map((branch) => {
                  const guards = [...model.alwaysAsked, ...branch.guards];
                  return {
                    ...(branch.target === null ? {} : { target: branch.target }),
                    ...(guards.length === 0 ? {} : { guard: guards.join(GUARD_SEPARATOR) }),
                    actions: branch.effects.map(({ type }) => type),
                  };
                }),
              ]),
            ),
          }
        : {}),
    },
  ]);
  return `${JSON.stringify({ id: model.id, initial: model.start, states: Object.fromEntries(states) }, null, 2)}\n`;
}
