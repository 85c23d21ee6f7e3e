import { Fragment, useEffect, useRef } from 'react';

/** The keys of each part of the page. */
const groups: readonly (readonly [where: string, keys: readonly (readonly [keys: string, does: string])[]])[] = [
  [
    'Everywhere',
    [
      ['/ or Ctrl K', 'find a host, wave, channel, state, finding or view'],
      ['?', 'show these keys'],
    ],
  ],
  [
    'Chart',
    [
      ['Tab, arrows', 'go from event to event'],
      ['Enter', 'send the event'],
      ['E', 'edit the event first'],
      ['U, R', 'undo, redo'],
      ['+ − 0', 'zoom in, zoom out, fit'],
    ],
  ],
  [
    'Rollouts',
    [
      ['Space or K', 'play and pause'],
      ['J, L', 'a twentieth of the run back, forward'],
      ['comma, period', 'previous, next change'],
      ['F', 'next failure'],
      ['Home, End', 'start, end of the run'],
      ['+ − 0', 'zoom the time axis in or out, show the whole run; or drag over it'],
      ['X', 'skip soaks'],
      ['S', 'sort the cells by name, state or change'],
      ['W', 'why the selected host waits, or what most hosts wait for'],
      ['Z', 'the wave of the selected host alone, with larger cells, and back'],
      ['1, 2, 3', 'why, log, messages'],
      ['D', 'with two runs, show only differences'],
      ['Shift F, Escape', 'the film alone, and back'],
    ],
  ],
  [
    'Hosts',
    [
      ['arrows', 'go from host to host'],
      ['Page Up, Page Down', 'previous, next wave'],
      ['Enter', 'open the history of the host on the chart'],
      ['Escape', 'clear the choice'],
    ],
  ],
];

/** Lists every key of the page. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="keys" aria-labelledby="keys-title" onClose={onClose}>
      <div className="row between">
        <h2 id="keys-title">Keys</h2>
        <button type="button" className="quiet" aria-label="Close the keys" onClick={() => dialog.current?.close()}>
          ✕
        </button>
      </div>
      {groups.map(([where, keys]) => (
        <Fragment key={where}>
          <h3>{where}</h3>
          <dl>
            {keys.map(([names, does]) => (
              <div key={names}>
                <dt>
                  <kbd>{names}</kbd>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </Fragment>
      ))}
    </dialog>
  );
}
