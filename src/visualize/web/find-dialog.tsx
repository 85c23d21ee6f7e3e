import { useDeferredValue, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { find, type Findable, type FindableList } from '../find/find.ts';

/** What can be found, and what choosing it does. */
export interface Findables {
  readonly few: readonly Findable<() => void>[];
  readonly lists: readonly FindableList<() => void>[];
  /** Offered below the results of a query. */
  readonly after: (query: string) => readonly Findable<() => void>[];
}

const MOST_SHOWN = 50;
const PAGE = 8;

interface Props {
  /** Called once, when the dialog opens. */
  readonly findables: () => Findables;
  readonly onClose: () => void;
}

/** Finds everything from one place: hosts, rollouts, waves, channels, states, findings, views. */
export function FindDialog({ findables, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const asked = useDeferredValue(query);
  const all = useMemo(findables, []);
  const { found, more } = useMemo(() => find(asked, all.few, all.lists, MOST_SHOWN), [asked, all]);
  const options = useMemo(() => [...found, ...(found.length > 1 ? all.after(asked) : [])], [found, all, asked]);
  const listId = useId();
  const chosen = Math.min(at, options.length - 1);

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    document.getElementById(`${listId}${chosen}`)?.scrollIntoView({ block: 'nearest' });
  }, [chosen, listId]);

  const take = (option: Findable<() => void> | undefined) => {
    if (option === undefined) return;
    // Closes first, so that the focus is back on the page when the choice moves it.
    dialog.current?.close();
    option.target();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
    const step = steps[event.key];
    // Uses the query at the time of the key press, because the list may lag behind.
    if (event.key === 'Enter') take(asked === query ? options[chosen] : firstOf(query, all));
    else if (step !== undefined) setAt(Math.max(0, Math.min(options.length - 1, chosen + step)));
    else return;
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      className="find"
      aria-label="Find"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className="find-body">
        <input
          type="text"
          role="combobox"
          aria-label="Find a host, rollout, wave, channel, state, finding or view"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={chosen < 0 ? undefined : `${listId}${chosen}`}
          autoComplete="off"
          spellCheck={false}
          placeholder="Host, wave, channel, state, finding, view…"
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <ul role="listbox" id={listId} aria-label="Results">
          {options.map((option, index) => (
            <li
              key={index}
              id={`${listId}${index}`}
              role="option"
              aria-selected={index === chosen}
              onPointerMove={() => setAt(index)}
              onClick={() => take(option)}
            >
              <bdi>{option.title}</bdi>
              <small>{option.detail}</small>
            </li>
          ))}
        </ul>
        <p className="hint" role="status">
          {options.length === 0
            ? `No results for “${query}”.`
            : more > 0
              ? `and ${more.toLocaleString('en')} more: type more of the name`
              : ''}
        </p>
        <p className="find-keys">
          <kbd>↑</kbd> <kbd>↓</kbd> choose <kbd>Enter</kbd> go <kbd>Esc</kbd> close
        </p>
      </div>
    </dialog>
  );
}

const firstOf = (query: string, { few, lists }: Findables): Findable<() => void> | undefined =>
  find(query, few, lists, 1).found[0];
