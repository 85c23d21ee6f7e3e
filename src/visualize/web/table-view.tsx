import type { ChartBranch, ChartModel } from '../chart-model.ts';
import { StateBadge } from './state-badge.tsx';

interface Props {
  readonly model: ChartModel;
  readonly coverage: ReadonlyMap<string, number> | null;
}

/** Every pair of state and event, with its result: the chart as text. */
export function TableView({ model, coverage }: Props) {
  const cells = model.states.length * model.eventTypes.length;
  const legal = model.states.reduce((sum, state) => sum + state.events.length, 0);
  return (
    <div className="table-view" tabIndex={0} role="region" aria-label="All pairs of state and event">
      <p className="lead">
        {cells} pairs of state and event. {legal} are accepted; the other {cells - legal} are refused as IllegalForState
        and change nothing.
      </p>
      <table className="cells">
        <thead>
          <tr>
            <th scope="col">Event</th>
            {model.states.map(({ name }) => (
              <th scope="col" key={name}>
                <StateBadge state={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.eventTypes.map((type) => (
            <tr key={type}>
              <th scope="row">
                <code>{type}</code>
              </th>
              {model.states.map((state) => {
                const event = state.events.find((each) => each.type === type);
                const times = coverage?.get(`${state.name}.${type}`) ?? 0;
                const seen = coverage === null ? '' : times > 0 ? 'is-covered' : 'is-uncovered';
                return (
                  <td key={state.name} className={`${event === undefined ? 'is-illegal' : 'is-legal'} ${seen}`}>
                    {event === undefined ? (
                      <span className="refused">refused</span>
                    ) : (
                      <BranchList branches={event.branches} />
                    )}
                    {coverage !== null && <small className="times">{times === 0 ? 'not covered' : `${times}×`}</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const BranchList = ({ branches }: { readonly branches: readonly ChartBranch[] }) => (
  <ul>
    {branches.map((branch, index) => (
      // Branches are identified by their order: the first whose guards hold is taken.
      <li key={index}>
        {branch.guards.length > 0 && <span className="condition">if {branch.guards.join(', ')}: </span>}
        {branch.guards.length === 0 && branches.length > 1 && <span className="condition">otherwise: </span>}
        <strong>{branch.target === null ? 'stays' : `→ ${branch.target}`}</strong>
        {branch.writes.length > 0 && (
          <small>
            writes {branch.writes.map((write) => write.field + (write.onlyIfNull ? ' (if null)' : '')).join(', ')}
          </small>
        )}
        {branch.effects.length > 0 && (
          <small className="effect-list">{branch.effects.map(({ type }) => type).join(', ')}</small>
        )}
      </li>
    ))}
  </ul>
);
